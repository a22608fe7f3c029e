// How a map looks: fills by number on a ground, patterns of states, names as images.
(() => {
    "use strict";
    const kuai = (window.kuai_mapping = window.kuai_mapping || {});
    const STATES = ["suppressed", "missing", "late", "not_permitted"], FIRST_STATE = 11;
    const NUMBERS = [0, 1, 2, 3, 4, 5, ...STATES.map((_, at) => FIRST_STATE + at)];
    const BLANK = {classes: [], fills: {}, inks: {}};
    const GROUNDS = {
        light: {ground: "#f5f7fa", edge: "#ffffff", mark: "#102a43", line: "#334e68", ink: "#102a43", halo: "#ffffff"},
        dark: {ground: "#0b1016", edge: "#0b1016", mark: "#ffffff", line: "#9fb3c8", ink: "#f0f4f8", halo: "#0b1016"},
    };

    const element = (name, attributes, ...children) => {
        const made = document.createElement(name);
        for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
        made.append(...children);
        return made;
    };

    // Fill and pattern by number, on a ground.
    kuai.lookOf = (colours, theme, palette) => {
        const given = (colours && (colours[theme] || colours.light)) || BLANK, ground = GROUNDS[theme] || GROUNDS.light;
        const fills = Array(16).fill(ground.ground), inks = Array(16).fill(ground.ink);
        given.classes.forEach((one, at) => { fills[at + 1] = (palette && palette[at + 1]) || one; });
        STATES.forEach((state, at) => {
            fills[FIRST_STATE + at] = (palette && palette[state]) || given.fills[state] || ground.ground;
            inks[FIRST_STATE + at] = given.inks[state] || ground.ink;
        });
        return {fills, inks, ...ground};
    };

    // One line of text as an image, drawn here with the fonts of this host: no glyphs are fetched.
    const label = (text, {ink, halo}) => {
        const ratio = 2, size = 12, canvas = element("canvas"), context = canvas.getContext("2d");
        const font = `600 ${size * ratio}px system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif`;
        context.font = font;
        canvas.width = Math.ceil(context.measureText(text).width) + 8 * ratio;
        canvas.height = size * ratio * 1.7;
        context.font = font;
        context.textBaseline = "middle";
        context.lineJoin = "round";
        context.lineWidth = 3 * ratio;
        context.strokeStyle = halo;
        context.strokeText(text, 4 * ratio, canvas.height / 2);
        context.fillStyle = ink;
        context.fillText(text, 4 * ratio, canvas.height / 2);
        return {image: context.getImageData(0, 0, canvas.width, canvas.height), ratio};
    };

    // The pattern of a state, to be repeated.
    const pattern = (state, fill, ink) => {
        const side = {suppressed: 14, missing: 12, late: 10, not_permitted: 14}[state];
        const context = Object.assign(element("canvas"), {width: side, height: side}).getContext("2d");
        context.fillStyle = fill;
        context.fillRect(0, 0, side, side);
        context.strokeStyle = context.fillStyle = ink;
        context.lineWidth = 2;
        const stroke = (...points) => { context.beginPath(); context.moveTo(points[0], points[1]); context.lineTo(points[2], points[3]); context.stroke(); };
        if (state === "missing") { context.beginPath(); context.arc(side / 2, side / 2, 2.2, 0, 7); context.fill(); }
        if (state === "late") stroke(0, side / 2, side, side / 2);
        for (const shift of [-side, 0, side]) {
            if (state === "suppressed" || state === "not_permitted") stroke(shift, side, shift + side, 0);
            if (state === "not_permitted") stroke(shift, 0, shift + side, side);
        }
        return context.getImageData(0, 0, side, side);
    };

    Object.assign(kuai, {element, NUMBERS, STATES, FIRST_STATE, label, pattern});
})();
