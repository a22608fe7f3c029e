// The desk in the browser: follows the address, asks for its answer, and draws it.
"use strict";

(() => {
    const ANSWER = "/desk/answer", HOURS = "/desk/hours", SLOW_MS = 400, LATEST_MS = 1000, TURNED = "_dashprivate_pushstate";
    const FIGURES = {"desk-trend": "Lines", "desk-calendar": "Heat", "desk-hours": "Heat"};
    const $ = (id) => document.getElementById(id);
    const parts = () => window.kuaiParts;
    const same = () => window.dash_clientside.no_update;
    const scheme = () => document.documentElement.dataset.mantineColorScheme === "dark" ? "dark" : "light";

    // What is known of the page; one that was left and opened again is another, of which nothing is known yet.
    const blank = () => ({asked: null, drawn: {}, columns: "", week: "", unsaid: "", map: {}, seen: new Set()});
    let shown = null, home = null, known = blank(), turn = 0;
    const begin = () => {
        if (!$("page") || $("page") === home) return;
        home = $("page");
        known = blank();
        const seeing = new IntersectionObserver((all) => all.forEach(({target, isIntersecting}) =>
            known.seen[isIntersecting ? "add" : "delete"](target.id)));
        for (const id of ["desk-grid", "desk-hours"]) if ($(id)) seeing.observe($(id));
        watch();
    };

    const but = (changes) => {
        const chosen = new URLSearchParams(shown ? shown.search : window.location.search);
        for (const [name, value] of Object.entries(changes)) {
            if (value) chosen.set(name, value); else chosen.delete(name);
        }
        return `?${chosen}`.replaceAll("%3A", ":");
    };
    const spanned = (count, date, unit) => ({date, period: count === 1 ? unit : `${count}${unit[0]}`});

    // The address is changed here and followed here; of the other parts only those hear of it that speak a language.
    const tongue = (search) => new URLSearchParams(search).get("lang");
    const go = (search) => {
        if (!search || search === window.location.search) return;
        const isOther = tongue(search) !== tongue(window.location.search);
        window.history.pushState({}, "", search);
        if (isOther) window.dispatchEvent(new CustomEvent(TURNED));
        follow();
    };
    const isHere = () => Boolean($("page") && $("page").matches(".page.desk"));
    const follow = () => { if (isHere() && known.asked !== window.location.search) load(); };
    window.addEventListener("popstate", follow);
    window.addEventListener(TURNED, follow);
    window.addEventListener("kuai-go", (event) => { if (isHere()) { event.preventDefault(); go(event.detail); } });

    const told = async (path, search) => {
        const answer = await fetch(`${path}${search}`, {credentials: "same-origin"});
        if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
        return answer.json();
    };
    const load = async () => {
        begin();
        const search = window.location.search, mine = ++turn, offer = shown && $("field-metric") ? shown.offer : "";
        known.asked = search;
        const slow = setTimeout(() => home.setAttribute("aria-busy", "true"), SLOW_MS);
        try {
            const data = await told(ANSWER, `${search || "?"}&offer=${encodeURIComponent(offer)}`);
            if (mine === turn && home === $("page")) draw(data);
        } catch (error) {
            if (mine === turn) fail(error);
        } finally {
            clearTimeout(slow);
            if (mine === turn) home.removeAttribute("aria-busy");
        }
    };
    const fail = (error) => {
        console.warn("desk:", error && error.message);
        known.asked = null;
        home.className = "page desk failed";
    };

    // Colours and letters by their names in the style sheet, as they are in this light.
    let inks = new Map(), light = "";
    const ink = (name) => {
        if (light !== scheme()) { inks = new Map(); light = scheme(); }
        if (!inks.has(name)) inks.set(name, getComputedStyle($("page")).getPropertyValue(name).trim());
        return inks.get(name);
    };
    const figure = (id) => {
        const place = $(id), brushed = (first, last) => brush(first, last);
        if (place && !place.figure) place.figure = new window.kuai_figures[FIGURES[id]](place, ink, brushed);
        return place && place.figure;
    };
    const plot = (id, data) => {
        const text = JSON.stringify(data);
        if (known.drawn[id] === text || !figure(id)) return;
        known.drawn[id] = text;
        figure(id).show(data);
    };
    // A stretch of the trend becomes the span: so many periods, up to the last of them.
    const brush = (first, last) => {
        const days = shown.trend.days.filter((day) => first <= day && day <= last);
        if (days.length) go(but(spanned(days.length, days.at(-1), shown.grain)));
    };

    // What nobody sees at the moment is brought up once the rest is painted.
    const lately = (id, act) => {
        if (known.seen.has(id)) { act(); return; }
        const mine = turn;
        requestIdleCallback(() => { if (mine === turn) act(); }, {timeout: LATEST_MS});
    };
    const grid = () => { try { return window.dash_ag_grid.getApi("desk-grid"); } catch { return null; } };
    const rowsOf = (columns) => columns.area.map((_, at) =>
        Object.fromEntries(Object.entries(columns).map(([name, all]) => [name, all[at]])));
    const table = (given, columns) => {
        const rows = rowsOf(given);
        const heads = JSON.stringify(columns), isKnown = heads === known.columns && grid();
        if (isKnown) grid().setGridOption("rowData", rows);
        else {
            if (known.columns && grid()) parts().relabel(grid(), columns);
            window.dash_clientside.set_props("desk-grid", {columnDefs: columns, rowData: rows});
        }
        known.columns = heads;
    };

    const pick = (area) => { if (area) go(but({pick: area})); return same(); };
    const heard = (place) => (changes) => {
        const {board} = place;
        if (!board) return;
        board.props = {...board.props, ...changes};
        if (changes.legend) parts().legend(changes.legend);
        window.kuaiPlay.heard(changes);
        if (changes.clickData) pick(changes.clickData.area);
    };
    const map = (wanted) => {
        const text = JSON.stringify(wanted), place = $("desk-map");
        if (known.map === text || !place) return;
        known.map = text;
        if (place.board) { place.board.update({...place.board.props, ...wanted}); return; }
        place.board = new window.kuai_mapping.Board(place, {...JSON.parse(place.dataset.map), ...wanted, setProps: heard(place)});
    };
    const watch = () => {
        const mine = home, leaving = new MutationObserver(() => {
            if (mine.isConnected) return;
            leaving.disconnect();
            const place = mine.querySelector("#desk-map");
            if (place && place.board) place.board.remove();
        });
        leaving.observe($("leaf"), {childList: true});
    };

    const dress = ({lang, title, look}) => {
        if (home.lang !== lang) home.lang = lang;
        if (home.dataset.title !== title) home.dataset.title = title;
        if (home.className !== look) home.className = look;
    };
    const draw = (data) => {
        for (const [id, tree] of Object.entries(data.parts)) parts().put(id, tree);
        dress(data.page);
        if (data.refused) {
            for (const name of ["map", "trend", "calendar", "table", "hours"]) parts().note(name, data.refused, "");
            return;
        }
        shown = data;
        parts().fill(data.fields);
        parts().speak(data);
        parts().note("map", data.map ? "" : data.why.map, data.stale);
        for (const name of ["trend", "calendar", "table"]) parts().note(name, data.why[name], data.stale);
        const unsaid = known.week === JSON.stringify(data.hours) ? known.unsaid : "";
        parts().note("hours", data.hours ? unsaid : data.why.hours, data.stale);
        const {shapes, values, brought, selected, compared, bounds, outlines} = data.map || {};
        if (brought) window.kuai_mapping.bring(values, brought);
        const mapped = data.map ? {shapesUrl: shapes, valuesUrl: values, bounds, outlines} : {};
        map({...mapped, playing: false, frame: null, selected: selected || null, compared: compared || null, language: data.language, words: data.wording});
        window.kuaiPlay.offer($("desk-map").board, data.map && data.map.playback);
        plot("desk-trend", data.trend);
        plot("desk-calendar", data.calendar);
        lately("desk-grid", () => table(data.rows, data.columns));
        lately("desk-hours", () => hours(data));
        window.performance.mark("desk-drawn");
    };

    // Hours do not depend on most choices: they are asked for apart, and only when what they are of has changed.
    const hours = async (data) => {
        const wanted = JSON.stringify(data.hours);
        if (wanted === known.week) return;
        [known.week, known.unsaid] = [wanted, ""];
        $("desk-hours-said").textContent = "";
        const panel = $("desk-panel-hours"), isFailed = (yes) => { panel.classList.toggle("failed", yes); panel.classList.remove("waits"); };
        isFailed(false);
        if (!data.hours) return;
        panel.classList.add("waits");
        try {
            const found = await told(HOURS, `?${new URLSearchParams(data.hours)}`);
            if (wanted !== known.week) return;
            isFailed(false);
            if (found.refused) { known.unsaid = found.refused; parts().note("hours", found.refused, ""); return; }
            plot("desk-hours", found.figure);
            $("desk-hours-said").textContent = found.said;
        } catch {
            if (wanted !== known.week) return;
            known.week = "";
            isFailed(true);
        }
    };

    // Once when the page has come, and then again and again: a page that failed is asked for anew.
    const beat = () => {
        begin();
        if (known.asked === null) load();
        else if (shown && shown.hours && !known.week) hours(shown);
        return same();
    };
    // What numbers stand on: a snapshot, their age, and the metrics that are out of date.
    const renew = (stand) => {
        if (!shown || !stand) return same();
        const [snapshot, , ...late] = stand.split(" ");
        const isLate = late.includes(shown.fields.metric) !== Boolean(shown.stale);
        if (snapshot !== shown.snapshot || isLate || (known.stand && stand !== known.stand)) load();
        known.stand = stand;
        return same();
    };
    const cellClicked = (cell) => pick(cell && cell.rowId);
    window.dash_clientside = Object.assign(window.dash_clientside || {}, {desk: {beat, renew, cellClicked}});

    new MutationObserver(() => {
        if (isHere()) for (const id of Object.keys(FIGURES)) if ($(id) && $(id).figure) $(id).figure.draw();
    }).observe(document.documentElement, {attributes: true, attributeFilter: ["data-mantine-color-scheme"]});

    // Whether all parts in sight show this answer: said for measurements.
    const isDrawn = (since) => {
        const board = $("desk-map") && $("desk-map").board, ranked = document.querySelector("#desk-ranking .ranked");
        return Boolean(shown && ranked && ranked.dataset.of === shown.search
            && ["trend", "calendar"].every((name) => !shown[name] || ($(`desk-${name}`).figure || {}).box)
            && (!shown.map || (board && board.props.painted && board.props.painted.stamp >= since)));
    };
    window.kuaiDesk = {go, but, spanned, brush, isDrawn, shown: () => shown};
})();
