// Values of one metric and window as the server packs them: a number of a class or state for each area and frame.
(() => {
    "use strict";
    const kuai = (window.kuai_mapping = window.kuai_mapping || {});
    const VALUES = 16, FRESH_MS = 600000;

    class Values {
        constructor(buffer) {
            const {head, next} = kuai.unpacked(buffer), length = head.count * head.frames.length;
            this.head = head;
            this.all = next(Uint8Array, length);
            this.exact = head.told ? next(Float32Array, length) : null;
        }

        _of(array, frame) { return array && array.subarray(frame * this.head.count, (frame + 1) * this.head.count); }

        numbers(frame) { return this._of(this.all, frame); }

        // What the numbers of a frame mean, in a light.
        legend(frame, theme) {
            const {colours, ...legend} = this.head, counts = {};
            for (const one of this.numbers(frame)) counts[one] = (counts[one] || 0) + 1;
            return {...legend, frame, counts, colours: colours[theme] || colours.light};
        }

        // What is shown in a frame.
        about(frame) { return [this.head.label, this.head.frames[frame] && this.head.frames[frame].label].filter(Boolean).join(", "); }

        // What there is to say of an area in a frame: its number, or the name of its state.
        said(area, frame) {
            const {head} = this, number = this.numbers(frame)[area];
            if (number >= kuai.FIRST_STATE) return Object.values(head.states)[number - kuai.FIRST_STATE] || "";
            if (!number) return "";
            const bounds = head.ranges[number - 1], kind = head.names[number - 1], exact = this._of(this.exact, frame);
            if (!exact) return kind || `${bounds[0]} – ${bounds[1]} ${head.unit}`;
            const digits = {minimumFractionDigits: head.digits, maximumFractionDigits: head.digits};
            const value = `${exact[area].toLocaleString("en-US", digits)} ${head.unit}`;
            return kind ? `${value} · ${kind}` : value;
        }
    }

    // Values that came with an answer are not asked for again.
    let brought = {};
    kuai.bring = (url, text) => { brought = {url, text}; };
    const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0)).buffer;

    let values = null;
    kuai.values = (url) => {
        values = values || kuai.kept(VALUES, FRESH_MS);
        return values(url, async () =>
            new Values(brought.url === url ? bytes(brought.text) : await (await kuai.fetched(url)).arrayBuffer()));
    };
})();
