// The wall draws frames that the server pushes, judges ages by its own clock, and comes back by itself.
"use strict";

(() => {
    const wall = window.kuai_wall, {now, say, length, clock, day, judge} = wall.time, {el, tileOf, alarmOf, named, feedOf} = wall.tiles;
    const BEAT_LOST_MS = 6000, TICK_MS = 500, LONGEST_WAIT_MS = 8000, ANSWER_MS = 5000, OPEN_MS = 12000, FIRST_MS = 30000, RELOAD_AFTER_MS = 60000;
    let root = null, source = null, frame = null, build = null, language = "";
    let heard = 0, opened = 0, lostAt = 0, wait = 1000, again = null, failedAt = 0;
    let shown = -1, turned = -1, refused = "", ages = [], mapKey = "", mapTries = 0, mapFailed = false;

    const part = (name) => root.querySelector(`.wall-${name}`);

    // ---- the map: one component of Dash, laid over the tile that wants it; without it the ranking stands alone
    const mapPlace = () => document.getElementById("wall-map-place");
    const lay = () => {
        const place = mapPlace(), hole = root.querySelector(".tile-map .hole");
        if (!place) return;
        const isShown = Boolean(hole) && !mapFailed;
        root.querySelectorAll(".tile-map").forEach((one) => one.classList.toggle("no-map", !isShown));
        place.hidden = !isShown;
        if (!isShown) return;
        const box = hole.getBoundingClientRect();
        const style = `left:${box.left}px;top:${box.top}px;width:${box.width}px;height:${box.height}px`;
        if (place.getAttribute("style") !== style) place.setAttribute("style", style);
        place.dataset.age = hole.closest(".tile").dataset.age;
    };
    const chart = (tile) => {
        const key = JSON.stringify([tile.map, tile.classes, mapTries]);
        if (key === mapKey) return;
        mapKey = key;
        const palette = Object.fromEntries((tile.classes || []).map((one, at) => [at + 1, one.colour]));
        const values = tile.map.values + (mapTries ? `&again=${mapTries}` : "");
        window.dash_clientside.set_props("wall-map", {
            shapesUrl: tile.map.shapes, valuesUrl: values, bounds: tile.map.bounds, palette, language,
        });
    };
    const drawn = (status) => {
        mapFailed = String(status || "").startsWith("failed");
        return window.dash_clientside.no_update;
    };

    // ---- what stands around the sheets
    const strip = () => {
        turned = count();
        const first = named(frame.alarms, {shown, count: turned, round: Math.floor(turned / order().length), at: now()});
        const more = frame.alarms.length - first.length;
        part("alarms").replaceChildren(...first.map(alarmOf), ...(more > 0 ? [el("li", "more", say("more_alarms", {n: more}))] : []));
        part("alarms").hidden = frame.alarms.length === 0;
        part("shelved").hidden = !frame.shelved;
        part("shelved").textContent = frame.shelved ? `■ ${say("shelved", {n: frame.shelved})}` : "";
    };
    const feeds = () => {
        part("feeds").replaceChildren(...frame.feeds.map((feed) => feedOf(feed, ages)));
    };
    const skeleton = () => {
        root.replaceChildren(
            el("header", "wall-head", el("span", "wall-city"), el("span", "wall-title"), el("span", "wall-link"),
                el("span", "wall-position"), el("span", "wall-clock")),
            el("div", "wall-lost"), el("ul", "wall-alarms"), el("main", "wall-sheet"),
            el("footer", "wall-foot", el("ul", "wall-feeds"), el("span", "wall-shelved"), el("span", "wall-snapshot")));
        part("lost").hidden = true;
        part("lost").setAttribute("role", "alert");
    };

    // ---- turns: by the clock, so that all displays agree; held by an alarm
    const holding = () => {
        const held = frame.alarms.filter((one) => frame.pinned_by === "standing" || one.state === "standing");
        return [...new Set(held.map((one) => one.view))].filter((one) => one < frame.views.length).sort((a, b) => a - b);
    };
    const count = () => Math.floor(now() / frame.dwell);
    const order = () => {
        const held = holding();
        return held.length ? held : frame.views.map((_, at) => at);
    };
    const turn = () => {
        const all = order();
        return all.length ? all[count() % all.length] : -1;
    };
    const show = (at) => {
        shown = at;
        ages = [];
        const view = frame.views[at];
        part("sheet").replaceChildren(...(view ? view.tiles.map((tile) => tileOf(tile, ages)) : []));
        part("sheet").dataset.place = view ? view.place : "";
        part("sheet").classList.toggle("has-wide", Boolean(view) && view.tiles.some((one) => one.kind !== "kpi"));
        part("title").textContent = view ? `${view.name} · ${view.area}` : "";
        feeds();
        strip();
        const charted = view && view.tiles.find((one) => one.map);
        if (charted) chart(charted);
        lay();
        root.dataset.shown = at;
        root.dispatchEvent(new CustomEvent("kuai-wall-turn", {detail: {at, view}}));
    };
    const around = () => {
        const at = now(), isHeld = holding().length > 0;
        part("city").textContent = frame.city;
        part("clock").textContent = `${day(at)} ${clock(at)}`;
        part("position").textContent = say("position", {at: shown + 1, of: frame.views.length}) + (frame.beyond ? ` · ${say("beyond", {n: frame.beyond})}` : "") + (isHeld ? ` · ${say("pinned")}` : "");
        root.dataset.held = isHeld;
        part("snapshot").textContent = `${say("snapshot")} ${frame.snapshot.slice(0, 8)} · ${say("published")} ${say("since", {age: length(at - frame.published)})}`;
        for (const one of root.querySelectorAll(".since")) {
            const isOver = at > Number(one.dataset.due) && one.closest(".alarm-standing");
            one.textContent = say("since", {age: length(at - Number(one.dataset.raised))}) + (isOver ? ` · ${say("overdue")}` : "");
        }
    };

    // ---- the connection
    const isLost = () => performance.now() - heard > BEAT_LOST_MS;
    const isOpen = () => Boolean(source) && source.readyState === EventSource.OPEN;
    // How the connection is, and why nothing new is shown, if so; a stream that has been quiet for too long is begun anew.
    const told = (isSaid, most) => {
        root.dataset.link = isSaid ? "lost" : failedAt ? "failed" : "ok";
        if (isSaid && !lostAt) lostAt = now() - (performance.now() - heard) / 1000;
        if (!isSaid) lostAt = 0;
        const quiet = performance.now() - Math.max(heard, opened);
        if (source && quiet > (isOpen() ? most : OPEN_MS)) retry();
        return isSaid ? `✕ ${say("lost")} · ${say("lost_since", {time: clock(lostAt)})}` : failedAt ? `✕ ${refused}` : "";
    };
    const link = () => {
        const said = told((isLost() || !isOpen()) && performance.now() - heard > 2500, BEAT_LOST_MS);
        part("lost").hidden = !said;
        part("lost").textContent = said;
    };
    // Before the first frame, which takes longer than others, there is one place to say it in.
    const awaited = () => {
        const silent = performance.now() - heard, place = part("waiting");
        const said = told((isLost() && !isOpen()) || silent > FIRST_MS, FIRST_MS) || say("waiting");
        if (place && place.textContent !== said) place.textContent = said;
    };
    const hear = (event) => {
        heard = performance.now();
        wait = 1000;
        const data = JSON.parse(event.data);
        if (build && data.build && data.build !== build) window.location.reload();
        build = data.build || build;
        return data;
    };
    const draw = (event) => {
        const data = hear(event);
        failedAt = 0;
        if (!frame) skeleton();
        frame = data;
        wall.time.take(frame, language);
        if (mapFailed) mapTries++;
        mapFailed = false;
        root.lang = document.documentElement.lang = frame.language;
        show(turn());
        around();
        link();
    };
    const close = () => {
        if (source) source.close();
        source = null;
    };
    // A session that has ended leads to the sign-in, which a display passes by itself (session.js).
    const isServed = async () => {
        const answer = await fetch("/wall/here", {cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS)}).catch(() => null);
        return Boolean(answer && answer.ok);
    };
    const retry = () => {
        close();
        if (again) return;
        again = setTimeout(async () => {
            again = null;
            if (await isServed()) listen();
            else retry();
        }, wait * (0.75 + Math.random() / 2));
        wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    };
    const listen = () => {
        close();
        source = new EventSource(`/wall/events?lang=${language}`);
        opened = performance.now();
        source.addEventListener("frame", draw);
        source.addEventListener("beat", (event) => { hear(event); failedAt = 0; });
        source.addEventListener("failed", (event) => {
            refused = hear(event).said;
            failedAt = performance.now();
        });
        source.addEventListener("error", retry);
    };
    const tick = () => {
        if (!root || !root.isConnected) return stop();
        if (!frame) return awaited();
        const next = turn();
        if (next !== shown) show(next);
        else if (turned !== count()) strip();
        ages.forEach(judge);
        around();
        lay();
        return link();
    };

    // ---- beginning and end
    let ticking = null;
    const stop = () => {
        close();
        clearInterval(ticking);
        clearTimeout(again);
        ticking = again = root = frame = null;
        shown = turned = -1;
        failedAt = lostAt = 0;
        mapKey = "";
        ages = [];
    };
    const begin = (search) => {
        const place = document.getElementById("wall");
        const chosen = new URLSearchParams(search || "").get("lang") || document.getElementById("page").lang;
        if (place === root && chosen === language) return window.dash_clientside.no_update;
        if (root) stop();
        [root, language, heard] = [place, chosen, performance.now()];
        const words = JSON.parse(place.dataset.words);
        wall.time.take(null, language, words[language] || words[document.getElementById("page").lang]);
        listen();
        ticking = setInterval(tick, TICK_MS);
        return "yes";
    };
    // A script that has failed is begun anew, once there is a page to load: nobody is there to do it.
    const renew = () => setTimeout(async () => { if (await isServed()) window.location.reload(); else renew(); }, RELOAD_AFTER_MS);
    window.addEventListener("error", () => { if (root) renew(); });

    Object.assign(wall, {begin, drawn});
    window.dash_clientside = Object.assign(window.dash_clientside || {}, {kuai_wall: wall});
})();
