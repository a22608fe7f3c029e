// Time and words of the wall, and what an age looks like beside its budget.
"use strict";

(() => {
    const wall = (window.kuai_wall = window.kuai_wall || {});
    let frame = null, language = "", begun = {}, received = {date: 0, perf: 0};

    // What was pushed, and the language it is in; nothing before the first frame, when the page's own words are all there are.
    const take = (pushed, spoken, words = {}) => {
        [frame, language, begun] = [pushed, spoken, words];
        received = {date: Date.now(), perf: performance.now()};
    };

    // The server's time, carried on by whichever of the display's two clocks has gone further.
    const serverNow = () => {
        if (!frame) return Date.now() / 1000;
        const passed = Math.max(Date.now() - received.date, performance.now() - received.perf);
        return frame.now + passed / 1000;
    };
    const say = (name, values) => {
        let text = (frame ? frame.words : begun)[name] || "";
        for (const [key, value] of Object.entries(values || {})) text = text.replaceAll(`{${key}}`, value);
        return text;
    };
    const length = (seconds) => {
        const s = Math.max(0, seconds);
        if (s < 3600) return say("minutes", {n: Math.floor(s / 60)});
        if (s < 172800) return say("hours", {n: Math.floor(s / 3600)});
        if (s < 63072000) return say("days", {n: Math.floor(s / 86400)});
        return say("years", {n: Math.floor(s / 31557600)});
    };
    const clock = (seconds) => new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", {
        timeZone: frame ? frame.zone : undefined, hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false,
    }).format(new Date(seconds * 1000));
    const day = (seconds) => new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", {
        timeZone: frame ? frame.zone : undefined, year: "numeric", month: language === "zh" ? "numeric" : "short",
        day: "numeric", weekday: "short",
    }).format(new Date(seconds * 1000));

    // A number over its budget never looks as it does within it, whether the server is there or not.
    const told = (kind, age, of, isShort) => {
        if (age === null) return say("never");
        if (isShort) return kind === "complete" ? say(kind) : `${kind === "stale" ? `${say(kind)} ` : ""}${length(age)}`;
        const beside = of.budget && !of.complete ? say("age", {age: length(age), budget: length(of.budget)}) : say("age_only", {age: length(age)});
        return `${say(kind)} ${beside}`;
    };
    const judge = ({node, badge, of, isShort}) => {
        const age = of.until === null || of.until === undefined ? null : serverNow() - of.until;
        const isStale = !of.complete && (age === null || (Boolean(of.budget) && age > of.budget));
        const kind = isStale ? "stale" : of.complete ? "complete" : "fresh";
        if (node.dataset.age !== kind) node.dataset.age = kind;
        const sign = {stale: "▲", complete: "■", fresh: "●"}[kind];
        const text = `${sign} ${told(kind, age, of, isShort)}`;
        if (badge.textContent !== text) badge.textContent = text;
    };
    const aged = (node, badge, of, isShort = false) => {
        const found = {node, badge, of, isShort};
        judge(found);
        return found;
    };

    wall.time = {take, now: serverNow, say, length, clock, day, judge, aged};
})();
