// Playback on the desk's map: the periods up to the end of the span, one after the other, until another answer comes.
"use strict";

(() => {
    const $ = (id) => document.getElementById(id);
    let board = null, offered = null, span = "", frames = [];
    const isOn = () => Boolean(board && offered && board.props.valuesUrl === offered.url);
    const frame = () => board.props.frame ?? frames.length - 1;
    const label = () => isOn() && frames.length ? frames[frame()].label : "";
    const set = (changes) => { board.update({...board.props, ...changes}); show(); };
    const toggle = () => {
        if (!board || !offered) return;
        if (!isOn()) { frames = []; set({valuesUrl: offered.url, playing: true, frame: 0}); }
        else set({playing: !board.props.playing});
    };
    // Stand at the frame that is being painted, once it is.
    const rest = async () => {
        if (!isOn()) return;
        set({playing: false});
        while (board.isPlaying) await new Promise(requestAnimationFrame);
    };
    const back = () => { set({valuesUrl: span, playing: false, frame: null}); $("desk-play-go").focus(); };
    // A frame that is being painted is seen to its end before the one that is chosen.
    const go = async (event) => {
        const chosen = {playing: false, frame: Number(event.target.value)};
        set(chosen);
        if (!board.isPlaying) return;
        while (board.isPlaying) await new Promise(requestAnimationFrame);
        set(chosen);
    };

    const element = (kind, id, given, on) => {
        const found = Object.assign(document.createElement(kind), {id, ...given});
        for (const [name, act] of Object.entries(on)) found.addEventListener(name, act);
        return found;
    };
    const build = (place) => {
        if (place.firstChild) return;
        place.append(
            element("button", "desk-play-go", {type: "button"}, {click: toggle}),
            element("input", "desk-play-at", {type: "range", min: 0}, {input: go}),
            element("output", "desk-play-said", {}, {}),
            element("button", "desk-play-back", {type: "button"}, {click: back}),
        );
    };
    const show = () => {
        const place = $("desk-play");
        if (!place) return;
        build(place);
        place.hidden = !offered;
        if (!offered) return;
        const [button, at, said, end] = place.children, isPlaying = isOn() && Boolean(board.props.playing);
        button.textContent = isPlaying ? `‖ ${offered.pause}` : `▶ ${offered.play}`;
        button.setAttribute("aria-pressed", String(isPlaying));
        place.setAttribute("aria-busy", String(isOn() && !frames.length));
        for (const one of [at, said, end]) one.hidden = !isOn();
        at.setAttribute("aria-label", offered.at);
        at.setAttribute("aria-valuetext", label());
        at.max = Math.max(0, frames.length - 1);
        if (frames.length) at.value = frame();
        said.textContent = label();
        end.textContent = offered.back;
    };
    // What the map is to show by itself, and what it may play.
    const offer = (on, playback) => {
        [board, offered, span] = [on, playback, isOn() ? span : on && on.props.valuesUrl];
        show();
    };
    const heard = (changes) => {
        if (isOn() && changes.legend) frames = changes.legend.frames;
        if ("frame" in changes || "playing" in changes || changes.legend) show();
    };
    window.kuaiPlay = {offer, heard, toggle, label, rest};
})();
