// A change of a native field goes into the address, and the page follows the address. Nothing else is kept here.
"use strict";

window.kuai = {
    tongue: (search) => {
        const chosen = new URLSearchParams(search || "").get("lang") || document.documentElement.lang;
        if (chosen === window.kuai.spoken) return window.dash_clientside.no_update;
        window.kuai.spoken = chosen;
        return chosen;
    },
};
window.dash_clientside = Object.assign(window.dash_clientside || {}, {kuai: window.kuai});

(() => {
    const go = (form) => {
        const chosen = new URLSearchParams();
        for (const [name, value] of new FormData(form)) {
            if (value) chosen.append(name, value);
        }
        const search = `?${chosen}`;
        if (search === window.location.search) return;
        // A page that follows its address by itself says so.
        if (!window.dispatchEvent(new CustomEvent("kuai-go", {detail: search, cancelable: true}))) return;
        window.history.pushState({}, "", search);
        window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    };

    document.addEventListener("change", (event) => {
        const form = event.target.closest("form.controls");
        if (form && event.target.value) go(form);
        else if (form && event.target.tagName === "SELECT") go(form);
    });
    document.addEventListener("submit", (event) => {
        event.preventDefault();
        go(event.target);
    });

    // The fields are made anew with every answer; whoever moves by keys stays where he was.
    let held = "";
    document.addEventListener("focusin", (event) => { held = event.target.closest(".controls") ? event.target.id : ""; });
    document.addEventListener("pointerdown", (event) => { if (!event.target.closest(".controls")) held = ""; });

    // A field always shows what the page shows, also where the server chose otherwise; the page has one language.
    const follow = () => {
        for (const field of document.querySelectorAll("select[data-chosen]")) {
            if (field.value !== field.dataset.chosen && document.activeElement !== field) field.value = field.dataset.chosen;
        }
        if (held && document.activeElement === document.body) document.getElementById(held)?.focus({preventScroll: true});
        const page = document.getElementById("page");
        if (page && page.lang && document.documentElement.lang !== page.lang) document.documentElement.lang = page.lang;
        if (page && page.dataset.title && document.title !== page.dataset.title) document.title = page.dataset.title;
    };
    new MutationObserver(follow).observe(document.documentElement, {
        subtree: true, childList: true, attributes: true, attributeFilter: ["data-chosen", "lang", "data-title"],
    });
})();
