// Lines: values by day over a usual range, with marks where there is no value; a stretch is chosen by drawing over it.
(() => {
    "use strict";
    const kuai = (window.kuai_figures = window.kuai_figures || {});
    const LEFT = 46, RIGHT = 14, TOP = 8, BOTTOM = 24, ROW = 18, KEY = 18, TICK_PX = 42, MONTH_PX = 76, LEAST_PX = 4;
    const LOOKS = {
        middle: {colour: "--edge", width: 1.5, dash: [2, 3]},
        subject: {colour: "--accent", width: 2.2},
        other: {colour: "--warn", width: 2, dash: [8, 5]},
    };
    const ORDER = ["middle", "subject", "other"];

    kuai.Lines = class extends kuai.Figure {
        constructor(place, ink, chosen) {
            super(place, ink);
            this.chosen = chosen;
            place.addEventListener("pointerdown", (event) => this.press(event));
            place.addEventListener("pointerup", (event) => this.release(event));
            place.addEventListener("pointercancel", () => { this.from = undefined; });
        }

        paint(pen, size, data) {
            const box = {left: LEFT, right: size.width - RIGHT, top: TOP + this.keys(pen, size, data), bottom: size.height - BOTTOM};
            const scales = this.scales(box, data);
            Object.assign(this, {box, ...scales});
            this.axes(pen, box, scales);
            this.span(pen, box, data.span);
            this.range(pen, data.range);
            for (const look of ORDER) for (const one of data.lines.filter((line) => line.look === look)) this.line(pen, this.points(one.values), LOOKS[look]);
            for (const {sign, days} of data.marks) for (const day of days) this.text(pen, sign, this.x(kuai.day(day)), this.y(0), "center");
        }

        scales(box, {days, lines, range, span}) {
            const at = days.map(kuai.day), values = [...lines.map((one) => one.values), range.low, range.high].flat().filter((one) => one !== null);
            const first = at[0], last = Math.max(at.at(-1), kuai.day(span[1]));
            const least = Math.min(0, ...values), most = Math.max(0, ...values) || 1;
            const room = (most - least) * 0.05, low = least && least - room, high = most + room;
            const x = (day) => box.left + ((day - first) / (last - first || 1)) * (box.right - box.left);
            const y = (value) => box.bottom - ((value - low) / (high - low)) * (box.bottom - box.top);
            return {at, x, y, low, high, first, last};
        }

        points(values) { return values.map((value, number) => value === null ? null : [this.x(this.at[number]), this.y(value)]); }

        axes(pen, box, {low, high, first, last}) {
            for (const value of kuai.ticks(low, high, Math.max(2, (box.bottom - box.top) / TICK_PX))) {
                this.line(pen, [[box.left, this.y(value)], [box.right, this.y(value)]], {colour: "--line"});
                this.text(pen, kuai.said(value), box.left - 6, this.y(value), "right");
            }
            for (const [day, name] of kuai.months(first, last, (box.right - box.left) / MONTH_PX)) {
                this.line(pen, [[this.x(day), box.bottom], [this.x(day), box.bottom + 4]], {colour: "--edge"});
                const middle = Math.min(this.x(day), box.right + RIGHT - pen.measureText(name).width / 2);
                this.text(pen, name, middle, box.bottom + 14, "center");
            }
        }

        // The span that is looked at; one day of many years is still to be seen.
        span(pen, box, [first, last]) {
            const from = Math.max(this.x(kuai.day(first)), box.left), to = Math.min(this.x(kuai.day(last)), box.right);
            pen.globalAlpha = 0.22;
            pen.fillStyle = this.ink("--focus");
            pen.fillRect(from, box.top, Math.max(to - from, 2), box.bottom - box.top);
            pen.globalAlpha = 1;
        }

        // Filled where it is known, part by part.
        range(pen, {low, high}) {
            const [below, above] = [this.points(low), this.points(high)];
            pen.fillStyle = this.ink("--band");
            for (let from = 0, to; from < below.length; from = to + 1) {
                for (to = from; to < below.length && below[to] && above[to]; to++);
                if (to === from) continue;
                pen.beginPath();
                for (const point of [...above.slice(from, to), ...below.slice(from, to).reverse()]) pen.lineTo(...point);
                pen.fill();
            }
        }

        // What the lines are, in rows above them; gives the pixels they take.
        keys(pen, {width}, {range, lines, marks}) {
            const known = [{name: range.name, fill: "--band"}, ...lines.map(({name, look}) => ({name, ...LOOKS[look]})), ...marks];
            let [x, y] = [LEFT, TOP];
            for (const one of known) {
                const wide = KEY + 6 + pen.measureText(one.name).width + 16;
                if (x + wide > width && x > LEFT) [x, y] = [LEFT, y + ROW];
                if (one.sign) this.text(pen, one.sign, x + KEY / 2, y, "center");
                else if (one.fill) { pen.fillStyle = this.ink(one.fill); pen.fillRect(x, y - 6, KEY, 12); }
                else this.line(pen, [[x, y], [x + KEY, y]], one);
                this.text(pen, one.name, x + KEY + 6, y, "left");
                x += wide;
            }
            return y + ROW - TOP;
        }

        // The day nearest to the pointer.
        nearest(event) {
            const day = this.first + ((event.offsetX - this.box.left) / (this.box.right - this.box.left)) * (this.last - this.first);
            let best = 0;
            this.at.forEach((one, number) => { if (Math.abs(one - day) < Math.abs(this.at[best] - day)) best = number; });
            return best;
        }

        point(event) {
            const {data, box} = this;
            if (!data || !box || event.target !== this.canvas) return;
            const number = this.nearest(event), x = this.x(this.at[number]);
            this.upright(this.from === undefined ? x : this.from, this.from === undefined ? x : event.offsetX);
            this.tell(this.words(number), x, event.offsetY);
        }

        words(number) {
            const {data} = this, day = data.days[number], {low, high} = data.range;
            const states = data.marks.filter((one) => one.days.includes(day)).map((one) => one.name);
            const told = data.lines.filter((one) => one.values[number] !== null).map((one) => `${one.name}: ${kuai.told(one.values[number], data.digits)}`);
            const usual = low[number] === null ? [] : [`${data.range.name}: ${kuai.told(low[number], data.digits)} – ${kuai.told(high[number], data.digits)}`];
            return [day, ...states, ...told.reverse(), ...usual];
        }

        upright(from, to) { this.cover(Math.min(from, to), this.box.top, Math.abs(to - from), this.box.bottom - this.box.top); }

        ends() { return [0, this.data.days.length - 1]; }

        begin() { return this.ends()[1]; }

        isWay([right]) { return right !== 0; }

        next(here, [right]) { return Math.min(Math.max(here + right, 0), this.ends()[1]); }

        stand(number) {
            const x = this.x(this.at[number]);
            this.upright(x, x);
            this.tell(this.words(number), x, this.box.top);
        }

        press(event) {
            if (!this.data || !this.box || event.button !== 0) return;
            event.preventDefault();
            this.from = event.offsetX;
            this.canvas.setPointerCapture(event.pointerId);
        }

        release(event) {
            const {from} = this, to = event.offsetX;
            this.from = undefined;
            if (from === undefined || Math.abs(to - from) < LEAST_PX) return;
            const inside = this.data.days.filter((_, number) => this.x(this.at[number]) >= Math.min(from, to) && this.x(this.at[number]) <= Math.max(from, to));
            this.leave();
            if (inside.length) this.chosen(inside[0], inside.at(-1));
        }
    };
})();
