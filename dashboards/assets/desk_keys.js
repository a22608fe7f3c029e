// Keys and buttons of the desk.
"use strict";

(() => {
    const $ = (id) => document.getElementById(id);
    const desk = window.kuaiDesk;
    const fields = {m: "metric", c: "category", l: "level", p: "period", v: "compare", a: "pick", b: "other"};
    const keysAreOff = () => window.localStorage.getItem("kuai-desk-keys") === "off";
    const step = (name) => { if (desk.shown()) desk.go(desk.shown().steps[name]); };
    const longer = (by) => {
        const shown = desk.shown();
        if (shown && shown.count + by > 0) desk.go(desk.but(desk.spanned(shown.count + by, shown.fields.date, shown.unit)));
    };
    // The rate as it was counted, and the smoothed one again.
    const raw = () => {
        const field = $("field-layer");
        if (!field || ![...field.options].some((one) => one.value === "smoothed")) return;
        desk.go(desk.but({layer: field.value === "smoothed" ? "" : "smoothed"}));
    };
    const open = (id) => {
        const place = $(id);
        if (!place) return;
        if (place.tagName === "DETAILS") { place.open = !place.open; place.querySelector("summary").focus(); }
        else { place.tabIndex = -1; place.focus(); place.scrollIntoView({block: "nearest"}); }
    };
    const tellKeys = () => { const one = $("desk-keys"); if (one) one.setAttribute("aria-pressed", String(keysAreOff())); };
    const help = () => { tellKeys(); $("desk-help").showModal(); };
    const deeds = {
        "?": () => help(),
        "[": () => step("earlier"), "]": () => step("later"), "+": () => longer(1), "-": () => longer(-1),
        r: () => { open("desk-ranking"); const link = document.querySelector("#desk-ranking a"); if (link) link.focus(); },
        t: () => { const cell = document.querySelector("#desk-grid .ag-row .ag-cell"); if (cell) cell.focus(); },
        g: () => { const stage = document.querySelector("#desk-map [tabindex='0']"); if (stage) stage.focus(); },
        e: () => { const link = document.querySelector("#takeaway a"); if (link) link.focus(); },
        w: () => window.kuaiPlay.toggle(), x: () => raw(),
        o: () => open("origin"), s: () => open("desk-saved"),
        Escape: () => desk.go(desk.but({pick: "", other: ""})),
    };
    document.addEventListener("keydown", (event) => {
        // What the map or a figure has taken is no key of the page.
        if (event.defaultPrevented) return;
        const isWriting = event.target.closest("input:not([type=range]), select, textarea, dialog, .ag-popup");
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
        if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) { event.preventDefault(); desk.go(link.getAttribute("href")); return; }
        const button = event.target.closest(".page.desk button");
        if (!button) return;
        const keep = (deed) => {
            window.dash_clientside.set_props("desk-said", {children: ""});
            window.dash_clientside.set_props("desk-deed", {data: {...deed, search: window.location.search, at: Date.now()}});
        };
        const remove = button.dataset.remove;
        if (remove) keep({do: "remove", name: remove});
        const known = {
            earlier: () => step("earlier"), later: () => step("later"),
            "desk-help-open": help, "desk-help-close": () => $("desk-help").close(),
            "desk-keys": () => { window.localStorage.setItem("kuai-desk-keys", keysAreOff() ? "on" : "off"); tellKeys(); },
            "desk-view-save": () => keep({do: "save", name: $("desk-view-name").value}),
            "desk-png": () => window.kuaiPicture && window.kuaiPicture(desk.shown()),
        }[button.id];
        if (known) known();
    });

    // An emptied field leaves the address, too: the form itself only sends what is filled in.
    document.addEventListener("input", (event) => { if (event.target.closest("#desk-fields")) event.target.dataset.typed = "1"; });
    document.addEventListener("change", (event) => {
        delete event.target.dataset.typed;
        if (event.target.id === "field-then" && event.target.value) desk.go(desk.but({compare: event.target.value}));
        if (event.target.closest("#desk-fields") && !event.target.value && event.target.tagName === "INPUT") desk.go(desk.but({[event.target.name]: ""}));
    });
})();
