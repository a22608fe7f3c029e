// Heat: a row a weekday, a cell a day or an hour, its colour its value, a sign where there is none; and what the colours mean.
(() => {
    "use strict";
    const kuai = (window.kuai_figures = window.kuai_figures || {});
    const LEFT = 46, RIGHT = 58, TOP = 6, BOTTOM = 22, GAP = 1, SCALE = 9, MONTH_PX = 64, LABEL_PX = 28, TICK_PX = 34, WEEK = 7;

    const parts = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    const mixed = (ramp, share) => {
        const at = Math.min(Math.max(share, 0), 1) * (ramp.length - 1), below = Math.min(Math.floor(at), ramp.length - 2);
        const [one, two] = [parts(ramp[below]), parts(ramp[below + 1])];
        return `rgb(${one.map((part, number) => Math.round(part + (two[number] - part) * (at - below)))})`;
    };

    kuai.Heat = class extends kuai.Figure {
        constructor(place, ink) {
            super(place, ink);
            this.bar.classList.add("figure-cell");
        }

        paint(pen, size, data) {
            const known = data.values.flat().filter((one) => one !== null), count = data.values[0].length;
            const box = {left: LEFT, right: size.width - RIGHT, top: TOP, bottom: size.height - BOTTOM};
            const wide = (box.right - box.left) / count, tall = (box.bottom - box.top) / data.rows.length;
            Object.assign(this, {box, wide, tall});
            const [least, most] = known.length ? [Math.min(...known), Math.max(...known)] : [0, 0];
            const ramp = data.ramp[kuai.theme()];
            this.cells(pen, data, (value) => mixed(ramp, (value - least) / (most - least || 1)));
            data.rows.forEach((name, row) => this.text(pen, name, box.left - 6, box.top + (row + 0.5) * tall, "right"));
            for (const [column, name] of this.labels(data, count)) this.text(pen, name, box.left + column * wide, box.bottom + 12, "center");
            this.framed(pen, data.box);
            if (known.length) this.scale(pen, ramp, least, most);
        }

        cells(pen, {values, signs}, colour) {
            const {box, wide, tall} = this;
            values.forEach((row, at) => row.forEach((value, column) => {
                const [x, y] = [box.left + column * wide, box.top + at * tall];
                if (value !== null) {
                    pen.fillStyle = colour(value);
                    pen.fillRect(x + GAP / 2, y + GAP / 2, wide - GAP, tall - GAP);
                } else if (signs && signs[at][column]) this.text(pen, signs[at][column], x + wide / 2, y + tall / 2, "center");
            }));
        }

        // Months over weeks, or every third hour.
        labels({first}, count) {
            const every = Math.max(1, Math.ceil(LABEL_PX / this.wide / 3) * 3);
            if (!first) return Array.from({length: count}, (_, hour) => [hour + 0.5, String(hour)]).filter((_, hour) => hour % every === 0);
            const begin = kuai.day(first), fits = (this.box.right - this.box.left) / MONTH_PX;
            return kuai.months(begin, begin + count * WEEK - 1, fits).map(([day, name]) => [(day - begin) / WEEK, name]);
        }

        // Weeks that are looked at.
        framed(pen, framed) {
            if (!framed) return;
            const {box, wide} = this, [from, to] = [Math.max(framed[0], 0), framed[1] + 1];
            pen.strokeStyle = this.ink("--focus");
            pen.lineWidth = 2;
            pen.strokeRect(box.left + from * wide, box.top, (to - from) * wide, box.bottom - box.top);
        }

        scale(pen, ramp, least, most) {
            const {box} = this, x = box.right + 8, tall = box.bottom - box.top;
            const fill = pen.createLinearGradient(0, box.bottom, 0, box.top);
            ramp.forEach((colour, at) => fill.addColorStop(at / (ramp.length - 1), colour));
            pen.fillStyle = fill;
            pen.fillRect(x, box.top, SCALE, tall);
            const ticks = most > least ? kuai.ticks(least, most, Math.max(2, tall / TICK_PX)) : [least];
            for (const value of ticks) {
                const y = box.bottom - ((value - least) / (most - least || 1)) * tall;
                this.text(pen, kuai.said(value), x + SCALE + 4, Math.min(Math.max(y, box.top + 6), box.bottom - 6), "left");
            }
        }

        point(event) {
            const {data, box, wide, tall} = this;
            if (!data || !box) return;
            const column = Math.floor((event.offsetX - box.left) / wide), row = Math.floor((event.offsetY - box.top) / tall);
            this.hide();
            if (this.isTold([column, row])) this.tell(this.words([column, row]), event.offsetX, event.offsetY);
        }

        isTold([column, row]) {
            const {values, signs} = this.data, value = (values[row] || [])[column];
            return value !== undefined && (value !== null || Boolean(signs && signs[row][column]));
        }

        words([column, row]) {
            const {data} = this, value = data.values[row][column];
            const name = data.first ? kuai.iso(kuai.day(data.first) + column * WEEK + row) : `${data.rows[row]} ${column}:00`;
            return [name, value === null ? data.names[data.signs[row][column]] : kuai.told(value, data.digits)];
        }

        // First and last in time: days go down and then across, hours across and then down.
        ends() {
            const {values, first} = this.data, rows = values.length, columns = values[0].length;
            const at = (number) => first ? [Math.floor(number / rows), number % rows] : [number % columns, Math.floor(number / columns)];
            const told = Array.from({length: rows * columns}, (_, number) => at(number)).filter((one) => this.isTold(one));
            return [told[0], told.at(-1)];
        }

        // Days are read from the last, hours from the first.
        begin() { return this.ends()[this.data.first ? 1 : 0]; }

        isWay() { return true; }

        // The next in a direction of which there is something to tell; where there is none, the same.
        next(here, [right, down]) {
            const {values} = this.data;
            let [column, row] = here;
            do { column += right; row += down; } while (values[row] && column in values[row] && !this.isTold([column, row]));
            return this.isTold([column, row]) ? [column, row] : here;
        }

        stand([column, row]) {
            const {box, wide, tall} = this, left = box.left + column * wide, top = box.top + row * tall;
            this.cover(left, top, wide, tall);
            this.tell(this.words([column, row]), left + wide / 2, top + tall / 2);
        }
    };
})();
