// The desk in the browser: draws the data of an answer, carries choices into the address, and listens to keys.
"use strict";

(() => {
    const $ = (id) => document.getElementById(id);
    const same = () => window.dash_clientside.no_update;
    const scheme = () => document.documentElement.dataset.mantineColorScheme === "dark" ? "dark" : "light";
    let shown = null;

    const go = (search) => {
        if (!search || search === window.location.search) return;
        window.history.pushState({}, "", search);
        window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    };
    const but = (changes) => {
        const chosen = new URLSearchParams(shown ? shown.search : window.location.search);
        for (const [name, value] of Object.entries(changes)) {
            if (value) chosen.set(name, value); else chosen.delete(name);
        }
        return `?${chosen}`.replaceAll("%3A", ":");
    };

    // Figures name their colours as the style sheet does; here they become what they are in this light.
    let inks = new Map(), light = "";
    const ink = (name) => {
        if (light !== scheme()) { inks = new Map(); light = scheme(); }
        if (!inks.has(name)) {
            const [own, style] = [getComputedStyle($("page")), getComputedStyle(document.documentElement)];
            inks.set(name, (own.getPropertyValue(name) || style.getPropertyValue(name)).trim().replaceAll('"', "'"));
        }
        return inks.get(name);
    };
    const painted = (text) => JSON.parse(text.replaceAll(/var\((--[a-z]+)\)/g, (_, name) => ink(name)));

    // What is drawn by itself: Dash would look at all of its components at every change of one of them.
    let plotted = {};
    const plot = (id, figure, of) => {
        const place = $(id), text = JSON.stringify(figure || {data: [], layout: {xaxis: {visible: false}, yaxis: {visible: false}}});
        const key = scheme() + text, known = plotted[id] || {};
        plotted[id] = {key, of};
        if (known.key === key || !place) return;
        const [board, wanted] = [place.querySelector(".js-plotly-plot"), painted(text)];
        if (window.Plotly && board && board._fullLayout) window.Plotly.react(board, wanted.data, wanted.layout);
        else window.dash_clientside.set_props(id, {figure: wanted});
    };
    const board = () => { try { return window.dash_ag_grid.getApi("desk-grid"); } catch { return null; } };
    const table = (rows, columns) => {
        const heads = JSON.stringify(columns), grid = heads === columnsShown && board();
        if (grid) grid.setGridOption("rowData", rows);
        else window.dash_clientside.set_props("desk-grid", {columnDefs: columns, rowData: rows});
        columnsShown = heads;
    };
    let columnsShown = "", mapShown = {};
    const map = (wanted) => {
        const changed = Object.entries(wanted).filter(([name, value]) => JSON.stringify(value) !== mapShown[name]);
        for (const [name, value] of changed) mapShown[name] = JSON.stringify(value);
        if (changed.length) window.dash_clientside.set_props("desk-map", Object.fromEntries(changed));
    };
    // React knows what it gave the page, so it is told.
    const dress = ({lang, title, look}) => {
        const page = $("page");
        if (page.lang !== lang || page.dataset.title !== title || page.className !== look) {
            window.dash_clientside.set_props("page", {lang, "data-title": title, className: look});
        }
    };

    // Components as Dash writes them, built without it: it follows each of them at every change.
    const NAMES = {className: "class", colSpan: "colspan", dateTime: "datetime", tabIndex: "tabindex"};
    const made = (tree) => {
        if (tree === null || tree === undefined) return "";
        if (typeof tree !== "object") return String(tree);
        if (Array.isArray(tree)) { const all = document.createDocumentFragment(); all.append(...tree.map(made)); return all; }
        const {children, style, ...given} = tree.props;
        const isLink = tree.type === "Link";
        const found = document.createElement(isLink ? "a" : tree.type.toLowerCase());
        for (const [name, value] of Object.entries(given)) {
            if (value !== null && value !== false) found.setAttribute(NAMES[name] || name, value === true ? "" : value);
        }
        for (const [name, value] of Object.entries(style || {})) found.style.setProperty(name, value);
        if (isLink) found.classList.add("go");
        found.append(made(children));
        return found;
    };
    // Whoever moves by keys stays where he was, and what was opened stays open.
    const put = (id, tree) => {
        const place = $(id);
        if (!place) return;
        const held = place.contains(document.activeElement) ? document.activeElement.textContent : null;
        const isOpen = Boolean(place.querySelector("details[open]"));
        place.replaceChildren(made(tree));
        if (isOpen) for (const one of place.querySelectorAll("details")) one.open = true;
        if (held) { const again = [...place.querySelectorAll("a, button, summary")].find((one) => one.textContent === held); if (again) again.focus({preventScroll: true}); }
    };

    // A page that was left and opened again is another one: nothing is known of it yet.
    let home = null;
    const begin = () => {
        if ($("page") === home) return;
        home = $("page");
        [spoken, columnsShown, asked, shownWeek, plotted, mapShown] = ["", "", "", null, {}, {}];
    };

    const note = (name, why, stale) => {
        const place = $(`desk-${name}-note`);
        if (!place) return;
        place.replaceChildren();
        place.parentElement.classList.toggle("nothing", Boolean(why));
        const said = why || stale;
        if (!said) return;
        const box = document.createElement("div");
        box.className = why ? "part part-empty" : "veil";
        box.setAttribute("role", "status");
        const sign = document.createElement("span");
        sign.className = "sign";
        sign.setAttribute("aria-hidden", "true");
        sign.textContent = why ? "○" : "▲ ";
        box.append(sign, said);
        place.append(box);
    };

    // What the page shows stands in its fields, also where the server chose otherwise or the address went back.
    const fill = (fields) => {
        for (const [name, value] of Object.entries(fields || {})) {
            const field = $(`field-${name}`);
            if (!field) continue;
            if (field.tagName === "SELECT") { field.dataset.chosen = value; field.value = value; }
            else if (field.value !== value && !(field.dataset.typed && field === document.activeElement)) field.value = value;
        }
    };

    // Texts of the frame follow the reader, who may not read the language that the page began in.
    const speak = (data) => {
        if (data.language === spoken) return;
        spoken = data.language;
        for (const one of document.querySelectorAll(".page.desk [data-text]")) one.textContent = data.texts[one.dataset.text];
    };
    let spoken = "";

    const swatch = (list, text, style, name, count) => {
        const entry = document.createElement("li");
        const box = document.createElement("span");
        box.className = `swatch ${name}`;
        box.setAttribute("aria-hidden", "true");
        if (style) box.style.background = style;
        entry.append(box, `${text} (${count})`);
        list.append(entry);
    };
    const legend = (head) => {
        const list = $("desk-legend");
        if (!list || !head || !head.colours) return same();
        list.replaceChildren();
        const unit = document.createElement("li");
        unit.textContent = `${head.label} (${head.unit})`;
        list.append(unit);
        const counts = head.counts || {};
        const ranges = (head.ranges || []).map(([least, most]) => least === most ? least : `${least} – ${most}`);
        ((head.names || []).length ? head.names : ranges).forEach((text, at) =>
            swatch(list, text, head.colours.classes[at], "", counts[at + 1] || 0));
        Object.entries(head.states).forEach(([state, text], at) => {
            if (counts[at + 11]) swatch(list, text, "", `swatch-${state}`, counts[at + 11]);
        });
        const said = document.createElement("li");
        said.textContent = head.note || "";
        list.append(said);
        return same();
    };

    // Hours do not depend on most choices: they are asked for apart, and only when what they are of has changed.
    let asked = "";
    const hours = (data) => {
        const wanted = JSON.stringify(data.hours);
        note("hours", data.hours ? "" : data.why.hours, data.stale);
        if (wanted === asked) return same();
        asked = wanted;
        return data.hours;
    };
    const week = (found) => {
        if (!found || found.refused) {
            if (found) note("hours", found.refused, "");
            return "";
        }
        shownWeek = found;
        plot("desk-hours", found.figure, "");
        return found.said;
    };
    let shownWeek = null;

    const draw = (data) => {
        begin();
        for (const [id, tree] of Object.entries((data && data.parts) || {})) put(id, tree);
        if (data) dress(data.page);
        if (!data || data.refused) {
            for (const name of ["map", "trend", "calendar", "table"]) note(name, data ? data.refused : "", "");
            return ["", same()];
        }
        const before = shown;
        shown = data;
        fill(data.fields);
        speak(data);
        note("map", data.map ? "" : data.why.map, data.stale);
        for (const name of ["trend", "calendar", "table"]) note(name, data.why[name], data.stale);
        const {shapes, values, brought, selected, compared, bounds, outlines} = data.map || {};
        if (brought) window.kuai_mapping.bring(values, brought);
        const mapped = data.map ? {shapesUrl: shapes, valuesUrl: values, bounds, outlines} : {};
        map({...mapped, selected: selected || null, compared: compared || null, language: data.language, theme: scheme(), words: data.wording});
        plot("desk-trend", data.trend, data.search);
        plot("desk-calendar", data.calendar, data.search);
        table(data.rows, data.columns);
        if (!before || before.search !== data.search) window.performance.mark("desk-drawn");
        return [data.offer, hours(data)];
    };

    // A stretch of the trend becomes the span: so many periods, up to the last of them.
    const selectedData = (chosen) => {
        const [first, last] = ((chosen && chosen.range && chosen.range.x) || []).map((one) => String(one).slice(0, 10));
        const days = shown && shown.trend && first ? shown.trend.data[0].x.filter((day) => first <= day && day <= last) : [];
        if (days.length) go(but(spanned(days.length, days[days.length - 1], shown.grain)));
        return same();
    };
    const spanned = (count, date, unit) => ({date, period: count === 1 ? unit : `${count}${unit[0]}`});
    const pick = (area) => { if (area) go(but({pick: area})); return same(); };
    const clickData = (click) => pick(click && click.area);
    const cellClicked = (cell) => pick(cell && cell.rowId);
    // Whether all parts show this answer: said for measurements.
    const isDrawn = (since) => {
        if (!shown || !$("desk-trend")) return false;
        const isPlotted = (id) => { const one = $(id).querySelector(".js-plotly-plot"); return one && one._fullLayout && (plotted[id] || {}).of === shown.search; };
        const board = $("desk-map") && $("desk-map").board;
        const ranked = document.querySelector("#desk-ranking .ranked");
        return ["trend", "calendar"].every((name) => !shown[name] || isPlotted(`desk-${name}`))
            && ranked && ranked.dataset.of === shown.search
            && (!shown.map || Boolean(board && board.props.painted && board.props.painted.stamp >= since));
    };
    window.kuaiDesk = {isDrawn, shown: () => shown};
    window.dash_clientside = Object.assign(window.dash_clientside || {}, {desk: {draw, selectedData, clickData, cellClicked, legend, week}});

    const fields = {m: "metric", c: "category", l: "level", p: "period", v: "compare", a: "pick", b: "other"};
    const keysAreOff = () => window.localStorage.getItem("kuai-desk-keys") === "off";
    const step = (name) => { if (shown) go(shown.steps[name]); };
    const longer = (by) => { if (shown && shown.count + by > 0) go(but({...spanned(shown.count + by, shown.fields.date, shown.unit)})); };
    const open = (id) => {
        const place = $(id);
        if (!place) return;
        if (place.tagName === "DETAILS") { place.open = !place.open; place.querySelector("summary").focus(); }
        else { place.tabIndex = -1; place.focus(); place.scrollIntoView({block: "nearest"}); }
    };
    const deeds = {
        "?": () => $("desk-help").showModal(),
        "[": () => step("earlier"), "]": () => step("later"), "+": () => longer(1), "-": () => longer(-1),
        r: () => { open("desk-ranking"); const link = document.querySelector("#desk-ranking a"); if (link) link.focus(); },
        t: () => { const cell = document.querySelector("#desk-grid .ag-row .ag-cell"); if (cell) cell.focus(); },
        g: () => { const stage = document.querySelector("#desk-map [tabindex]"); if (stage) stage.focus(); },
        e: () => { const link = document.querySelector("#takeaway a"); if (link) link.focus(); },
        o: () => open("origin"), s: () => open("desk-saved"),
        Escape: () => go(but({pick: "", other: ""})),
    };
    document.addEventListener("keydown", (event) => {
        const isWriting = event.target.closest("input, select, textarea, dialog, .ag-popup");
        if (!document.querySelector(".page.desk")) return;
        if (isWriting || event.ctrlKey || event.altKey || event.metaKey || (keysAreOff() && event.key !== "Escape")) return;
        const field = fields[event.key] && $(`field-${fields[event.key]}`);
        const deed = field ? () => field.focus() : deeds[event.key];
        if (!deed) return;
        event.preventDefault();
        deed();
    });

    document.addEventListener("click", (event) => {
        const link = event.target.closest(".page.desk a.go");
        if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) { event.preventDefault(); go(link.getAttribute("href")); return; }
        const button = event.target.closest(".page.desk button");
        if (!button) return;
        const remove = button.dataset.remove;
        if (remove) window.dash_clientside.set_props("desk-deed", {data: {do: "remove", name: remove, at: Date.now()}});
        const known = {
            earlier: () => step("earlier"), later: () => step("later"),
            "desk-help-open": () => $("desk-help").showModal(), "desk-help-close": () => $("desk-help").close(),
            "desk-keys": () => { window.localStorage.setItem("kuai-desk-keys", keysAreOff() ? "on" : "off"); tellKeys(); },
            "desk-view-save": () => window.dash_clientside.set_props("desk-deed",
                {data: {do: "save", name: $("desk-view-name").value, at: Date.now()}}),
            "desk-png": () => window.kuaiPicture && window.kuaiPicture(shown),
        }[button.id];
        if (known) known();
    });
    const tellKeys = () => { const one = $("desk-keys"); if (one) one.setAttribute("aria-pressed", String(keysAreOff())); };

    // An emptied field leaves the address, too: the form itself only sends what is filled in.
    document.addEventListener("input", (event) => { if (event.target.closest("#desk-fields")) event.target.dataset.typed = "1"; });
    document.addEventListener("change", (event) => {
        delete event.target.dataset.typed;
        if (event.target.closest("#desk-fields") && !event.target.value && event.target.tagName === "INPUT") go(but({[event.target.name]: ""}));
    });

    new MutationObserver(() => {
        if (!shown || !document.querySelector(".page.desk") || !$("desk-trend")) return;
        plot("desk-trend", shown.trend, shown.search);
        plot("desk-calendar", shown.calendar, shown.search);
        if (shownWeek) plot("desk-hours", shownWeek.figure, "");
        map({theme: scheme()});
    }).observe(document.documentElement, {attributes: true, attributeFilter: ["data-mantine-color-scheme"]});
})();
