// When the session has ended, the page is opened anew, which leads to the sign-in and back; unless something is being
// written, which would be lost: then a band says so, and leads to the sign-in beside the page.
"use strict";

(() => {
    const FIELDS = "textarea, :is(input:not([type]), [type=text], [type=search]):not([aria-haspopup])";
    const AGAIN_MS = 10000;
    const ask = window.fetch, band = document.createElement("div"), fields = new Set();

    let left = -Infinity;

    const isWriting = () => [...fields].some((one) => one.value.trim() && one.getClientRects().length);
    const say = () => {
        // What is below an open dialog cannot be clicked.
        const place = document.querySelector("dialog[open]") || document.body;
        if (band.parentElement === place) return;
        const link = document.createElement("a"), {text} = window.kuaiLink, {pathname, search} = window.location;
        link.href = `/signin?${new URLSearchParams({lang: document.documentElement.lang, next: pathname + search})}`;
        link.target = "_blank";
        link.textContent = text("anew");
        band.replaceChildren(`${text("ended")} `, link);
        place.prepend(band);
    };

    // Several that ask at once are all refused: a second way out would break off the first.
    const leave = () => {
        const now = performance.now();
        if (now - left < AGAIN_MS) return;
        left = now;
        window.location.reload();
    };

    band.className = "no-link";
    band.setAttribute("role", "alert");
    document.addEventListener("input", ({target}) => { if (target.matches(FIELDS)) fields.add(target); }, true);
    window.fetch = async (...asked) => {
        const answer = await ask.apply(window, asked);
        if (answer.ok) band.remove();
        else if (answer.status === 401 && isWriting()) say();
        else if (answer.status === 401) leave();
        return answer;
    };
})();
