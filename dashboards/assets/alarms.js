// Buttons and the dialog of the page of alarms: what is done there is told to the page, which asks the server.
"use strict";

(() => {
    const $ = (id) => document.getElementById(id);
    const tell = (deed) => window.dash_clientside.set_props("alarms-deed", {data: {...deed, at: Date.now()}});
    let held = "";

    const put = (field, value) => {
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, value);
        field.dispatchEvent(new Event("input", {bubbles: true}));
    };
    const open = ({number, name}) => {
        const shelf = $("alarms-shelf");
        shelf.dataset.number = number;
        $("alarms-shelf-about").textContent = name;
        put($("alarms-reason"), "");
        shelf.showModal();
    };
    const close = () => {
        $("alarms-shelf").close();
        stay();
    };

    document.addEventListener("click", (event) => {
        const button = event.target.closest("#alarms-list button, #alarms-shelf button");
        if (!button) return;
        if (button.id === "alarms-leave") close();
        const {do: deed, number} = button.dataset;
        if (!deed) return;
        held = button.id;
        if (deed === "shelve") open(button.dataset);
        else tell({do: deed, number});
    });

    // Before what sends the fields of other pages to the address: a reason has no place there.
    document.addEventListener("submit", (event) => {
        if (event.target.id !== "alarms-form") return;
        event.preventDefault();
        event.stopImmediatePropagation();
        tell({do: "shelve", number: $("alarms-shelf").dataset.number, hours: $("alarms-hours").value, reason: $("alarms-reason").value});
        close();
    }, true);

    // The list is made anew: whoever moves by keys stays at his button, or at the alarm if that is gone.
    const stay = () => {
        if (!held || !$("alarms-list") || (document.activeElement !== document.body && document.activeElement)) return;
        const place = $(held) || $(held.replace(/-[a-z]+$/, ""));
        if (place) place.focus({preventScroll: true});
    };
    document.addEventListener("focusin", (event) => {
        if (event.target.closest("#alarms-list")) held = event.target.id;
        else if (!event.target.closest("#alarms-shelf")) held = "";
    });
    new MutationObserver(stay).observe(document.documentElement, {subtree: true, childList: true});
})();
