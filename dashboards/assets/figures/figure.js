// Figure: a drawing on a canvas that is as large as its place, with what is said beside the pointer or where keys have come to.
(() => {
    "use strict";
    const kuai = (window.kuai_figures = window.kuai_figures || {});
    const DAY_MS = 864e5, TIP_PX = 12, FONT_PX = 12;
    const ARROWS = {ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1]};
    const STEPS = [1, 2, 5, 10], MONTHS = [1, 2, 3, 6, 12, 24, 60, 120, 240];
    const digits = new Intl.NumberFormat("en-US", {maximumSignificantDigits: 4});

    kuai.theme = () => (document.documentElement.dataset.mantineColorScheme === "dark" ? "dark" : "light");
    // Short, beside an axis; and in full, with the digits of what is shown, where it is told.
    kuai.said = (value) => digits.format(value);
    kuai.told = (value, places) => value.toLocaleString("en-US", {minimumFractionDigits: places, maximumFractionDigits: places});
    kuai.day = (iso) => Date.parse(iso) / DAY_MS;
    kuai.iso = (day) => new Date(day * DAY_MS).toISOString().slice(0, 10);

    // Round numbers from a least to a most, so many at the most.
    kuai.ticks = (least, most, count) => {
        const raw = (most - least) / count, power = 10 ** Math.floor(Math.log10(raw));
        const step = power * STEPS.find((one) => one * power >= raw * (1 - 1e-9));
        const from = Math.ceil(least / step - 1e-9), to = Math.floor(most / step + 1e-9);
        return Array.from({length: to - from + 1}, (_, at) => Number(((from + at) * step).toPrecision(12)));
    };

    // First days of months between two days, as many as stand beside one another.
    kuai.months = (first, last, count) => {
        const begin = new Date(first * DAY_MS), end = new Date(last * DAY_MS);
        const number = (date) => 12 * date.getUTCFullYear() + date.getUTCMonth();
        const step = MONTHS.find((one) => (number(end) - number(begin)) / one <= count) || MONTHS.at(-1);
        const found = [];
        for (let at = Math.ceil(number(begin) / step) * step; at <= number(end); at += step) {
            const day = Date.UTC(Math.floor(at / 12), at % 12) / DAY_MS;
            if (day >= first) found.push([day, kuai.iso(day).slice(0, 7)]);
        }
        return found;
    };

    kuai.Figure = class {
        constructor(place, ink) {
            const made = (name, look) => Object.assign(document.createElement(name), {className: look, hidden: Boolean(look)});
            this.ink = ink;
            this.canvas = made("canvas", "");
            this.tip = made("div", "figure-tip");
            this.bar = made("div", "figure-bar");
            this.said = Object.assign(document.createElement("div"), {className: "figure-said"});
            this.said.setAttribute("role", "status");
            this.said.setAttribute("aria-live", "polite");
            this.tip.setAttribute("aria-hidden", "true");
            place.replaceChildren(this.canvas, this.bar, this.tip, this.said);
            this.sizes = new ResizeObserver(([{contentRect: {width, height}}]) => {
                this.size = {width, height};
                this.draw();
                this.again();
            });
            this.sizes.observe(place);
            place.addEventListener("pointermove", (event) => this.point(event));
            place.addEventListener("pointerleave", () => this.again());
            place.addEventListener("keydown", (event) => this.key(event));
            place.addEventListener("blur", () => this.leave());
        }

        show(data) {
            this.data = data;
            this.leave();
            this.draw();
        }

        draw() {
            const {canvas, data, size} = this, ratio = window.devicePixelRatio || 1;
            if (!size || !size.width) return;
            const [wide, tall] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
            if (canvas.width !== wide || canvas.height !== tall) Object.assign(canvas, {width: wide, height: tall});
            this.on(canvas, ratio, size, data);
        }

        on(canvas, ratio, size, data) {
            const pen = canvas.getContext("2d");
            pen.setTransform(ratio, 0, 0, ratio, 0, 0);
            pen.clearRect(0, 0, size.width, size.height);
            if (!data) return;
            pen.font = `${FONT_PX}px ${this.ink("font-family")}`;
            pen.textBaseline = "middle";
            this.paint(pen, size, data);
        }

        // The same on a canvas of its own, for a picture.
        picture(width, height, ratio) {
            const canvas = Object.assign(document.createElement("canvas"), {width: width * ratio, height: height * ratio});
            this.on(canvas, ratio, {width, height}, this.data);
            this.draw();
            return canvas;
        }

        text(pen, text, x, y, align) {
            pen.textAlign = align;
            pen.fillStyle = this.ink("--ink");
            pen.fillText(text, x, y);
        }

        line(pen, points, {colour, width = 1, dash = []}) {
            pen.beginPath();
            let isDown = false;
            for (const point of points) {
                if (!point) isDown = false;
                else if (isDown) pen.lineTo(...point);
                else { pen.moveTo(...point); isDown = true; }
            }
            pen.strokeStyle = this.ink(colour);
            pen.lineWidth = width;
            pen.setLineDash(dash);
            pen.stroke();
            pen.setLineDash([]);
        }

        // Lines of text beside the pointer, inside of the figure.
        tell(lines, x, y) {
            const {tip, size} = this, isRight = x > size.width * 0.6;
            tip.replaceChildren(...lines.map((one, at) => Object.assign(document.createElement(at ? "span" : "strong"), {textContent: one})));
            tip.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px) translate(${isRight ? `calc(-100% - ${TIP_PX}px)` : `${TIP_PX}px`}, ${y > size.height / 2 ? "-100%" : "0"})`;
            tip.hidden = false;
        }

        cover(left, top, width, height) {
            this.bar.style.cssText = `left: ${left}px; top: ${top}px; width: ${width}px; height: ${height}px`;
            this.bar.classList.toggle("figure-line", !width);
            this.bar.hidden = false;
        }

        hide() { this.tip.hidden = this.bar.hidden = true; }

        leave() {
            this.here = undefined;
            this.said.textContent = "";
            this.hide();
        }

        // What keys have come to stays told when the pointer goes and when the figure has another size.
        again() {
            this.hide();
            if (this.here !== undefined && this.box && this.size.width) this.stand(this.here);
        }

        // A figure says which point is first and last, which is next in a direction, and what is told of it and where.
        key(event) {
            const {data, box, tip} = this, arrow = ARROWS[event.key];
            if (!data || !box || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
            if (event.key === "Escape" && !tip.hidden) this.leave();
            else if (event.key === "Home" || event.key === "End") this.go(this.ends()[event.key === "Home" ? 0 : 1]);
            else if (arrow && this.isWay(arrow)) this.go(this.here === undefined ? this.begin() : this.next(this.here, arrow));
            else return;
            event.preventDefault();
            event.stopPropagation();
        }

        go(here) {
            if (here === undefined) return;
            this.here = here;
            this.stand(here);
            const said = this.words(here).join("; ");
            if (this.said.textContent !== said) this.said.textContent = said;
        }
    };
})();
