// The wall draws frames that the server pushes, judges ages by its own clock, and comes back by itself.
"use strict";

(() => {
    const BEAT_LOST_MS = 6000, TICK_MS = 500, LONGEST_WAIT_MS = 8000, ANSWER_MS = 5000, OPEN_MS = 12000, RELOAD_AFTER_MS = 60000;
    const SVG = "http://www.w3.org/2000/svg";
    let root = null, source = null, frame = null, build = null, language = "";
    let heard = 0, opened = 0, lostAt = 0, wait = 1000, again = null, failedAt = 0;
    let received = {date: 0, perf: 0}, shown = -1, ages = [], mapKey = "", mapTries = 0, mapFailed = false;

    // ---- time: the server's, carried on by whichever of the display's two clocks has gone further
    const serverNow = () => {
        if (!frame) return Date.now() / 1000;
        const passed = Math.max(Date.now() - received.date, performance.now() - received.perf);
        return frame.now + passed / 1000;
    };
    const say = (name, values) => {
        let text = (frame && frame.words[name]) || "";
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

    // ---- elements
    const el = (tag, name, ...children) => {
        const found = document.createElement(tag);
        if (name) found.className = name;
        found.append(...children.filter((one) => one !== null && one !== undefined && one !== ""));
        return found;
    };
    const svg = (tag, attributes) => {
        const found = document.createElementNS(SVG, tag);
        for (const [key, value] of Object.entries(attributes)) found.setAttribute(key, value);
        return found;
    };
    const part = (name) => root.querySelector(`.wall-${name}`);

    const drawing = (spark) => {
        if (!spark || !spark.line) return null;
        const [width, height] = spark.size;
        const found = svg("svg", {viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", class: "spark", "aria-hidden": "true"});
        if (spark.band) found.append(svg("rect", {x: 0, y: spark.band[0], width, height: spark.band[1], class: "band"}));
        found.append(svg("path", {d: spark.line, class: "past", "vector-effect": "non-scaling-stroke"}));
        if (spark.dot) found.append(svg("line", {x1: spark.dot[0], x2: spark.dot[0], y1: spark.dot[1], y2: spark.dot[1], class: "dot", "vector-effect": "non-scaling-stroke"}));
        return found;
    };

    // ---- ages: a number over its budget never looks as it does within it, whether the server is there or not
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

    // ---- tiles
    const kpi = (tile) => [
        el("div", "said", el("strong", "", tile.said), tile.state === "value" ? el("span", "unit", tile.unit) : null),
        el("div", `mark mark-${tile.mark || "unknown"}`, tile.sign ? el("b", "", tile.sign) : null,
            tile.word && tile.state === "value" ? el("span", "", tile.word) : null, tile.usual ? el("span", "usual", tile.usual) : null),
        drawing(tile.spark),
    ];
    const ranking = (tile) => {
        const rows = (tile.rows || []).map((row) => {
            const bar = el("i", "bar");
            bar.style.setProperty("--share", row.share);
            bar.style.setProperty("--colour", row.colour);
            return el("li", `state-${row.state}`, el("span", "name", row.name), bar,
                el("span", `said mark-${row.mark}`, row.sign ? `${row.sign} ` : "", row.said));
        });
        return [el("ol", "rows", ...rows), el("div", "note", tile.said || "")];
    };
    const legend = (tile) => el("ul", "classes", ...(tile.classes || []).map((one) => {
        const swatch = el("i", "");
        swatch.style.background = one.colour;
        return el("li", "", swatch, one.said);
    }));

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
    const tileOf = (tile) => {
        const badge = el("div", "fresh"), isAsked = !["refused", "not_permitted"].includes(tile.state) && "until" in tile;
        const name = el("div", "name", tile.name), period = el("div", "period", tile.period || "");
        const isPlain = tile.kind === "kpi" || tile.state === "refused" || tile.state === "not_permitted";
        const body = isPlain ? kpi(tile) : tile.map ? [el("div", "hole"), legend(tile), ...ranking(tile)] : ranking(tile);
        const node = el("section", `tile tile-${tile.kind} state-${tile.state}`, el("header", "", name, period), ...body, badge);
        if (isAsked) ages.push(aged(node, badge, tile));
        return node;
    };

    // ---- what stands around the sheets
    const alarmOf = (alarm) => {
        const since = el("span", "since");
        since.dataset.raised = alarm.raised;
        since.dataset.due = alarm.due;
        return el("li", `alarm alarm-${alarm.state}`,
            el("div", "what", el("b", "", "▲ "), el("strong", "", alarm.name), ` · ${alarm.area} · ${alarm.said} · `, since),
            el("div", "todo", `${alarm.cause} → ${alarm.action} · ${alarm.owner} · ${alarm.respond}`));
    };
    const strip = () => {
        const here = frame.alarms.filter((one) => one.view === shown), rest = frame.alarms.filter((one) => one.view !== shown);
        const first = [...here, ...rest].slice(0, 2), more = frame.alarms.length - first.length;
        part("alarms").replaceChildren(...first.map(alarmOf), ...(more > 0 ? [el("li", "more", say("more_alarms", {n: more}))] : []));
        part("alarms").hidden = frame.alarms.length === 0;
    };
    const feeds = () => {
        part("feeds").replaceChildren(...frame.feeds.map((feed) => {
            const badge = el("span", "fresh"), node = el("li", "feed", el("span", "name", feed.name), badge);
            ages.push(aged(node, badge, feed, true));
            return node;
        }));
    };
    const skeleton = () => {
        root.replaceChildren(
            el("header", "wall-head", el("span", "wall-city"), el("span", "wall-title"), el("span", "wall-link"),
                el("span", "wall-position"), el("span", "wall-clock")),
            el("div", "wall-lost"), el("ul", "wall-alarms"), el("main", "wall-sheet"),
            el("footer", "wall-foot", el("ul", "wall-feeds"), el("span", "wall-snapshot")));
        part("lost").hidden = true;
        part("lost").setAttribute("role", "alert");
    };

    // ---- turns: by the clock, so that all displays agree; held by an alarm
    const holding = () => {
        const held = frame.alarms.filter((one) => frame.pinned_by === "standing" || one.state === "standing");
        return [...new Set(held.map((one) => one.view))].filter((one) => one < frame.views.length).sort((a, b) => a - b);
    };
    const turn = () => {
        const held = holding(), order = held.length ? held : frame.views.map((_, at) => at);
        return order.length ? order[Math.floor(serverNow() / frame.dwell) % order.length] : -1;
    };
    const show = (at) => {
        shown = at;
        ages = [];
        const view = frame.views[at];
        part("sheet").replaceChildren(...(view ? view.tiles.map(tileOf) : []));
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
        const now = serverNow(), isHeld = holding().length > 0;
        part("city").textContent = frame.city;
        part("clock").textContent = `${day(now)} ${clock(now)}`;
        part("position").textContent = say("position", {at: shown + 1, of: frame.views.length}) + (isHeld ? ` · ${say("pinned")}` : "");
        root.dataset.held = isHeld;
        part("snapshot").textContent = `${say("snapshot")} ${frame.snapshot.slice(0, 8)} · ${say("published")} ${say("since", {age: length(now - frame.published)})}`;
        for (const one of root.querySelectorAll(".since")) {
            const isOver = now > Number(one.dataset.due) && one.closest(".alarm-standing");
            one.textContent = say("since", {age: length(now - Number(one.dataset.raised))}) + (isOver ? ` · ${say("overdue")}` : "");
        }
    };

    // ---- the connection
    const isLost = () => performance.now() - heard > BEAT_LOST_MS;
    const link = () => {
        const lost = isLost() || !source || source.readyState !== EventSource.OPEN;
        const isSaid = lost && performance.now() - heard > 2500;
        root.dataset.link = isSaid ? "lost" : failedAt ? "failed" : "ok";
        part("lost").hidden = !isSaid && !failedAt;
        if (isSaid && !lostAt) lostAt = serverNow() - (performance.now() - heard) / 1000;
        if (!isSaid) lostAt = 0;
        part("lost").textContent = isSaid ? `✕ ${say("lost")} · ${say("lost_since", {time: clock(lostAt)})}` : failedAt ? `✕ ${say("failed")}` : "";
        const quiet = performance.now() - Math.max(heard, opened);
        if (source && quiet > (source.readyState === EventSource.OPEN ? BEAT_LOST_MS : OPEN_MS)) retry();
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
        received = {date: Date.now(), perf: performance.now()};
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
    const retry = () => {
        close();
        if (again) return;
        again = setTimeout(async () => {
            again = null;
            // A session that has ended leads to the sign-in, which a display passes by itself (session.js).
            const answer = await fetch("/wall/here", {cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS)}).catch(() => null);
            if (answer && answer.ok) listen();
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
            const {said} = hear(event);
            failedAt = performance.now();
            if (!frame) part("waiting").textContent = said;
        });
        source.addEventListener("error", retry);
    };
    const tick = () => {
        if (!root || !root.isConnected) return stop();
        if (!frame) return undefined;
        const next = turn();
        if (next !== shown) show(next);
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
        shown = -1;
        mapKey = "";
        ages = [];
    };
    const begin = (search) => {
        const place = document.getElementById("wall");
        const chosen = new URLSearchParams(search || "").get("lang") || document.getElementById("page").lang;
        if (place === root && chosen === language) return window.dash_clientside.no_update;
        if (root) stop();
        [root, language, heard] = [place, chosen, performance.now()];
        listen();
        ticking = setInterval(tick, TICK_MS);
        return "yes";
    };
    // A script that has failed is begun anew: nobody is there to do it.
    window.addEventListener("error", () => { if (root) setTimeout(() => window.location.reload(), RELOAD_AFTER_MS); });

    window.kuai_wall = {begin, drawn};
    window.dash_clientside = Object.assign(window.dash_clientside || {}, {kuai_wall: window.kuai_wall});
})();
