// Whether the server answers: an open page asks by itself, and says in a band when it stays without an answer.
"use strict";

(() => {
    const BEAT_MS = 10000, ANSWER_MS = 4000, SURE = 2, SURE_MS = 1000, AGAIN_MS = 4000, GONE = [502, 503, 504];
    const ask = window.fetch, open = new Set();
    const band = document.createElement("div");
    let timer = null, isAsking = false, misses = 0, since = 0;

    // A wall says it in its own way; a page that nobody sees asks for nothing.
    const isWall = () => Boolean(document.querySelector(".wall-page"));
    const isWatched = () => document.visibilityState === "visible" && !isWall();
    const text = (name) => {
        const place = document.getElementById("shell"), language = document.documentElement.lang;
        return (place && place.getAttribute(`data-${name}-${language}`)) || "";
    };
    const moment = () => new Intl.DateTimeFormat("en-GB", {hour: "2-digit", minute: "2-digit"}).format(new Date(since));
    const say = () => {
        const said = misses >= SURE && !isWall() ? text("lost").replace("{time}", moment()) : "";
        if (band.textContent !== said) band.textContent = said;
    };

    // What stands before the server answers for it when it is gone; the server's own word is JSON.
    const isAnswer = (answer) => !GONE.includes(answer.status) || (answer.headers.get("content-type") || "").includes("json");
    const later = (wait) => { clearTimeout(timer); timer = setTimeout(beat, wait); };
    const beat = async () => {
        if (isAsking) return;
        if (!isWatched()) { later(BEAT_MS); return; }
        const begun = Date.now();
        isAsking = true;
        // Without a cookie: it is to keep no session alive.
        const asked = {cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(ANSWER_MS)};
        const answer = await ask.call(window, "/healthz", asked).catch(() => null);
        isAsking = false;
        if (answer && isAnswer(answer)) misses = since = 0;
        else { misses++; since = since || begun; }
        say();
        if (misses === SURE) open.forEach((asked) => tell(asked));
        later(misses === 0 ? BEAT_MS : misses < SURE ? SURE_MS : AGAIN_MS);
    };

    // What a page asks and is not answered is told to it, and the server is asked at once whether it is there.
    // What the server answers and does not do is told, too.
    const tell = (asked, what = "unanswered") => window.dispatchEvent(new CustomEvent(`kuai-${what}`, {detail: asked}));
    const failed = (asked) => {
        tell(asked);
        if (misses === 0) beat();
    };
    window.fetch = async (...asked) => {
        open.add(asked);
        try {
            const answer = await ask.apply(window, asked);
            if (!isAnswer(answer)) failed(asked);
            else if (!answer.ok) tell(asked, "refused");
            return answer;
        } catch (error) {
            if (!error || error.name !== "AbortError") failed(asked);
            throw error;
        } finally {
            open.delete(asked);
        }
    };

    band.className = "no-link";
    band.setAttribute("role", "alert");
    document.body.prepend(band);
    for (const event of ["online", "offline"]) window.addEventListener(event, beat);
    document.addEventListener("visibilitychange", beat);
    new MutationObserver(say).observe(document.documentElement, {attributes: true, attributeFilter: ["lang"]});
    later(BEAT_MS);
    window.kuaiLink = {text};
})();
