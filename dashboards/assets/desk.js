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
    const painted = (figure) => {
        const style = getComputedStyle(document.documentElement);
        const own = getComputedStyle($("page"));
        const text = JSON.stringify(figure).replaceAll(/var\((--[a-z]+)\)/g, (_, name) =>
            (own.getPropertyValue(name) || style.getPropertyValue(name)).trim().replaceAll('"', "'"));
        return JSON.parse(text);
    };
    const drawn = (figure) => figure ? painted(figure) : {data: [], layout: {xaxis: {visible: false}, yaxis: {visible: false}}};

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
        [spoken, columns, asked, shownWeek] = ["", "", "", null];
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
            else if (field.value !== value) window.dash_clientside.set_props(`field-${name}`, {value});
        }
    };

    const map = (given) => {
        const found = given || {};
        return [found.shapes || same(), found.values || same(), found.selected || null, found.compared || null,
                found.bounds || same(), found.outlines || same()];
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
            return [same(), ""];
        }
        shownWeek = found;
        return [drawn(found.figure), found.said];
    };
    let shownWeek = null;

    let columns = "";
    const draw = (data) => {
        begin();
        for (const [id, tree] of Object.entries((data && data.parts) || {})) put(id, tree);
        if (!data || data.refused) {
            for (const name of ["map", "trend", "calendar", "table"]) note(name, data ? data.refused : "", "");
            return [...Array(13).fill(same()), "", same()];
        }
        const before = shown;
        shown = data;
        fill(data.fields);
        speak(data);
        note("map", data.map ? "" : data.why.map, data.stale);
        for (const name of ["trend", "calendar", "table"]) note(name, data.why[name], data.stale);
        const heads = JSON.stringify(data.columns) === columns ? same() : data.columns;
        columns = JSON.stringify(data.columns);
        if (!before || before.search !== data.search) window.performance.mark("desk-drawn");
        return [drawn(data.trend), drawn(data.calendar), data.rows, heads, ...map(data.map), data.language, scheme(), data.wording, data.offer, hours(data)];
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
        const plots = ["trend", "calendar"].filter((name) => shown[name]).map((name) => $(`desk-${name}`).querySelector(".js-plotly-plot"));
        const board = $("desk-map") && $("desk-map").board;
        const table = document.querySelector("#desk-ranking .ranked");
        return plots.every((one) => one && one._fullLayout && one._fullLayout.meta === shown.search)
            && table && table.dataset.of === shown.search
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
    document.addEventListener("change", (event) => {
        if (event.target.closest("#desk-fields") && !event.target.value && event.target.tagName === "INPUT") go(but({[event.target.name]: ""}));
    });

    new MutationObserver(() => {
        if (!shown || !document.querySelector(".page.desk") || !$("desk-trend")) return;
        window.dash_clientside.set_props("desk-trend", {figure: drawn(shown.trend)});
        window.dash_clientside.set_props("desk-calendar", {figure: drawn(shown.calendar)});
        if (shownWeek) window.dash_clientside.set_props("desk-hours", {figure: drawn(shownWeek.figure)});
        window.dash_clientside.set_props("desk-map", {theme: scheme()});
    }).observe(document.documentElement, {attributes: true, attributeFilter: ["data-mantine-color-scheme"]});
})();
