// What draws the areas without WebGL, where there are few enough to be drawn one by one: Plotly, and else a table.
(() => {
    "use strict";
    const kuai = (window.kuai_mapping = window.kuai_mapping || {});
    const SHAPES = {suppressed: "/", missing: ".", late: "-", not_permitted: "x"};
    kuai.limits = {flat: 3000, known: 20000};

    // The place that is looked within, if only its part of the shapes is to be had: the whole would be too much.
    const partOf = (cover, url) =>
        (cover.count > kuai.limits.flat && new URLSearchParams((url || "").split("?")[1]).get("area")) || "";
    const isFew = async (cover, part, board) => {
        if (cover.count <= kuai.limits.flat) return true;
        if (!part && cover.count > kuai.limits.known) return false;
        const values = board.props.valuesUrl && (await kuai.values(board.props.valuesUrl));
        return Boolean(values) && values.numbers(0).reduce((sum, one) => sum + (one ? 1 : 0), 0) <= kuai.limits.flat;
    };

    // Which of the two draws what a board is to show now; nothing if it is the one that does.
    kuai.flatter = async (board) => {
        const {cover, props} = board, {name, painter} = board.easel, part = partOf(cover, props.valuesUrl);
        if (!["plotly", "table"].includes(name) || kuai.forced(props) === "table") return null;
        const wanted = (await isFew(cover, part, board)) ? "plotly" : "table";
        return wanted === name && (name === "table" || painter.part === part) ? null : wanted;
    };

    // Points as Plotly takes them, and those of lines, each of which ends with none.
    const apart = (points) => ({x: points.map((one) => one && one[0]), y: points.map((one) => one && one[1])});
    const linesOf = (data) => kuai.featuresOf(data, "line").flatMap(({geometry}) => {
        const parts = geometry.type === "LineString" ? [geometry.coordinates] : geometry.coordinates;
        return parts.flatMap((line) => [...line.map((one) => kuai.mercator(...one)), null]);
    });

    // Plotly draws in SVG, so that it needs no WebGL at all.
    class Flat {
        constructor(board) { Object.assign(this, {board, document: kuai.bringer(), dots: [], lines: []}); }

        async begin(node, {cover, look}) {
            this.part = partOf(cover, this.board.props.valuesUrl);
            if (!(await isFew(cover, this.part, this.board))) throw new Error("too many areas");
            if (!window.Plotly) await kuai.packaged("plotly/package_data/plotly.min.js");
            Object.assign(this, {cover, look, node, rings: await this._rings(cover), numbers: new Uint8Array(cover.count)});
            this.range = this._range(this.board.bounds());
            await Plotly.newPlot(node, [], {}, {displayModeBar: false, responsive: true, scrollZoom: true});
            node.addEventListener("mousemove", (event) => this._at(event, (...place) => this.board.pointer.over(...place)));
            node.addEventListener("mouseleave", () => this.board.pointer.over(null));
            node.addEventListener("click", (event) => this._at(event, (...place) => this.board.pointer.click(...place)));
        }

        async _rings(cover) {
            const found = Array.from({length: cover.count}, () => []);
            for (const {id, geometry} of (await cover.polygons(this.part)).features) {
                const parts = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
                found[id] = parts.flat().map((ring) => ring.map((one) => kuai.mercator(...one)));
            }
            return found;
        }

        _range([west, south, east, north]) {
            const [left, top] = kuai.mercator(west, north), [right, bottom] = kuai.mercator(east, south);
            return {x: [left, right], y: [bottom, top]};
        }

        _at(event, told) {
            const {_fullLayout: {xaxis, yaxis}} = this.node, box = this.node.getBoundingClientRect();
            const x = xaxis.p2d(event.clientX - box.left - xaxis._offset), y = yaxis.p2d(event.clientY - box.top - yaxis._offset);
            told((x - 0.5) * 360, (Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) * 180) / Math.PI);
        }

        _traces() {
            return kuai.NUMBERS.slice(1).map((number) => {
                const x = [], y = [], state = kuai.STATES[number - kuai.FIRST_STATE];
                this.numbers.forEach((one, area) => {
                    if (one !== number) return;
                    for (const ring of this.rings[area]) {
                        ring.forEach((point) => { x.push(point[0]); y.push(point[1]); });
                        x.push(null);
                        y.push(null);
                    }
                });
                const fill = this.look.fills[number];
                const marked = {shape: SHAPES[state], bgcolor: fill, fgcolor: this.look.inks[number], size: 6, solidity: 0.25};
                return {type: "scatter", mode: "lines", x, y, fill: "toself", fillcolor: fill, hoverinfo: "skip", showlegend: false,
                        line: {color: this.look.edge, width: 0.7}, ...(state ? {fillpattern: marked} : {})};
            });
        }

        _draw() { this.last = Promise.resolve(this.last).then(() => this.node.isConnected && this._react()); }

        _react() {
            const axis = {visible: false, fixedrange: false}, {ground} = this.look;
            return Plotly.react(this.node, [...this._traces(), ...this._above(), ...Object.values(this.marks || {})], {
                margin: {l: 0, r: 0, t: 0, b: 0}, paper_bgcolor: ground, plot_bgcolor: ground, dragmode: "pan", uirevision: 1,
                xaxis: {...axis, range: this.range.x}, yaxis: {...axis, range: this.range.y, scaleanchor: "x"},
            });
        }

        setNumbers(numbers) { this.numbers = numbers; this._draw(); }

        setLook(look) { this.look = look; this._draw(); }

        // Lines of other levels, and dots; their names are told, not drawn.
        async outlines(given) {
            const wanted = (this.wanted = {});
            const found = await Promise.all(given.map(async (one) => ({...one, data: await this.document(one.url)})));
            if (wanted !== this.wanted || !this.node) return;
            this.dots = found.flatMap(({data}) => kuai.dotsOf(data));
            this.lines = found.map(({data, width}) => ({width, points: linesOf(data)}));
            this._draw();
        }

        _above() {
            const {dots, lines, look} = this, plain = {type: "scatter", hoverinfo: "skip", showlegend: false};
            const marker = {size: 9, color: look.mark, line: {color: look.halo, width: 1.5}};
            return [
                ...lines.filter(({points}) => points.length).map(({width, points}) => (
                    {...plain, mode: "lines", ...apart(points), line: {color: look.line, width: width || 1.5}})),
                ...(dots.length ? [{...plain, mode: "markers", ...apart(dots.map(({place}) => kuai.mercator(...place))), marker}] : []),
            ];
        }

        async mark(name, code) {
            const {area} = await this.cover.names(), rings = this.rings[area.indexOf(code)] || [];
            const xy = (at) => rings.flatMap((ring) => [...ring.map((one) => one[at]), null]);
            const line = {color: this.look.mark, width: 3, dash: name === "compared" ? "dash" : "solid"};
            this.marks = {...this.marks, [name]: {type: "scatter", mode: "lines", x: xy(0), y: xy(1), line, hoverinfo: "skip", showlegend: false}};
            this._draw();
        }

        painted() { return this.last; }
        viewport() { return {bounds: this.board.bounds(), zoom: null}; }
        fit(bounds) { this.range = this._range(bounds); this._draw(); }
        screen(place) {
            const {xaxis, yaxis} = this.node._fullLayout, [x, y] = kuai.mercator(...place);
            return {x: xaxis.d2p(x) + xaxis._offset, y: yaxis.d2p(y) + yaxis._offset};
        }
        camera() { return null; }
        point() {}
        show() {}
        zoom() {}
        pan() {}
        remove() { if (window.Plotly && this.node) Plotly.purge(this.node); }
    }

    kuai.Flat = Flat;
})();
