// What the wall is made of: tiles by kind, alarms, feeds.
"use strict";

(() => {
    const wall = (window.kuai_wall = window.kuai_wall || {});
    const SVG = "http://www.w3.org/2000/svg";

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
    const drawing = (spark) => {
        if (!spark || !spark.line) return null;
        const [width, height] = spark.size;
        const found = svg("svg", {viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", class: "spark", "aria-hidden": "true"});
        const [x, y, wide, tall] = spark.band || [];
        if (spark.band) found.append(svg("rect", {x, y, width: wide, height: tall, class: "band", "vector-effect": "non-scaling-stroke"}));
        found.append(svg("path", {d: spark.line, class: "past", "vector-effect": "non-scaling-stroke"}));
        if (spark.dot) found.append(svg("line", {x1: spark.dot[0], x2: spark.dot[0], y1: spark.dot[1], y2: spark.dot[1], class: "dot", "vector-effect": "non-scaling-stroke"}));
        return found;
    };

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
    const tileOf = (tile, ages) => {
        const badge = el("div", "fresh"), isAsked = !["refused", "not_permitted"].includes(tile.state) && "until" in tile;
        const name = el("div", "name", tile.name), period = el("div", "period", tile.period || "");
        const isPlain = tile.kind === "kpi" || tile.state === "refused" || tile.state === "not_permitted";
        const body = isPlain ? kpi(tile) : tile.map ? [el("div", "hole"), legend(tile), ...ranking(tile)] : ranking(tile);
        const node = el("section", `tile tile-${tile.kind} state-${tile.state}`, el("header", "", name, period), ...body, badge);
        if (isAsked) ages.push(wall.time.aged(node, badge, tile));
        return node;
    };
    const alarmOf = (alarm) => {
        const since = el("span", "since");
        since.dataset.raised = alarm.raised;
        since.dataset.due = alarm.due;
        return el("li", `alarm alarm-${alarm.state}`,
            el("div", "what", el("b", "", "▲ "), el("strong", "", alarm.name), ` · ${alarm.area} · ${alarm.said} · `, since),
            el("div", "todo", `${alarm.cause} → ${alarm.action} · ${alarm.owner} · ${alarm.respond}`));
    };
    // Two places for all alarms, by the count of turns and the sheet that is shown: the first for what waits for somebody,
    // above all on that sheet and past its time; the second for one after the other, so that each is named within as many turns.
    const named = (alarms, {shown, count, round, at}) => {
        const waits = alarms.filter((one) => one.state === "standing").sort((one, other) => (other.due < at) - (one.due < at));
        const here = waits.filter((one) => one.view === shown);
        const next = (from) => alarms[(count + from) % alarms.length];
        if (alarms.length < 3) return [...alarms].sort((one, other) => (other.view === shown) - (one.view === shown));
        const first = here.length ? here[round % here.length] : waits.length ? waits[count % waits.length] : next(1);
        return [first, next(0) === first ? next(1) : next(0)];
    };
    // A feed by name with its age, which is added to those that are judged.
    const feedOf = (feed, ages) => {
        const badge = el("span", "fresh"), node = el("li", "feed", el("span", "name", feed.name), badge);
        ages.push(wall.time.aged(node, badge, feed, true));
        return node;
    };

    wall.tiles = {el, tileOf, alarmOf, named, feedOf};
})();
