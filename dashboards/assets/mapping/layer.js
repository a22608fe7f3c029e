// All areas as one layer of MapLibre: whose pixel it is is drawn when the map has moved, its colour whenever values change.
(() => {
    "use strict";
    const kuai = (window.kuai_mapping = window.kuai_mapping || {});
    const PERIOD = 210, BORDERS_FROM = 9, NONE = new Uint32Array(4);
    const rgb = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);

    // matrix · translation by (x, y) · scale, of columns one after the other
    const moved = (matrix, x, y, scale) => {
        const found = new Float32Array(16);
        for (let row = 0; row < 4; row++) {
            found[row] = matrix[row] * scale;
            found[4 + row] = matrix[4 + row] * scale;
            found[8 + row] = matrix[8 + row];
            found[12 + row] = matrix[row] * x + matrix[4 + row] * y + matrix[12 + row];
        }
        return found;
    };

    class Areas {
        constructor(cover) {
            this.id = "kuai-areas";
            this.type = "custom";
            this.renderingMode = "2d";
            this.cover = cover;
            this.numbers = null;
            this.look = null;
            this.pointed = -1;
            this.drawn = "";
            this.hidden = "";
            this.room = 1 / this.cover.count;
            this.version = 0;
            this.changed = false;
            this.told = () => { this.version++; if (this.map) this.map.triggerRepaint(); };
            cover.listeners.add(this.told);
        }

        onAdd(map, gl) {
            this.map = map;
            this.gl = gl;
            this.drawn = "";
            this.buffers = new Map();
            this.owner = kuai.card.owners(gl);
            this.colours = new Map();
            this.empty = gl.createVertexArray();
            this.wide = kuai.card.WIDE;
            this.rows = Math.max(1, Math.ceil(this.cover.count / this.wide));
            this.values = kuai.card.texture(gl, gl.R8UI, this.wide, this.rows);
            this.padded = new Uint8Array(this.wide * this.rows);
            this.changed = Boolean(this.numbers);
            this.frame = null;
        }

        // A cover that is kept for later holds no map.
        leave() {
            this.cover.listeners.delete(this.told);
            this.map = null;
        }

        onRemove(_map, gl) {
            this.leave();
            for (const {array, made} of this.buffers.values()) {
                gl.deleteVertexArray(array);
                made.forEach((one) => gl.deleteBuffer(one));
            }
            [this.owner, ...this.colours.values()].forEach((one) => gl.deleteProgram(one.made));
            gl.deleteTexture(this.values);
            if (this.frame) [gl.deleteTexture(this.frame.texture), gl.deleteFramebuffer(this.frame.buffer)];
        }

        setNumbers(numbers) {
            this.numbers = numbers;
            this.hasPatterns = numbers.some((one) => one >= kuai.FIRST_STATE);
            this.changed = true;
            if (this.map) this.map.triggerRepaint();
        }

        setLook(look) {
            this.look = {
                fills: new Float32Array(look.fills.flatMap(rgb)), inks: new Float32Array(look.inks.flatMap(rgb)),
                ground: rgb(look.ground), edge: rgb(look.edge), mark: rgb(look.mark),
            };
            if (this.map) this.map.triggerRepaint();
        }

        point(area) {
            if (area === this.pointed) return;
            this.pointed = area;
            if (this.map) this.map.triggerRepaint();
        }

        // Which areas are not shown at all: those are left out, so that what lies below them is seen.
        _sift() {
            let hidden = "", from = 0;
            for (;;) {
                from = this.numbers.indexOf(0, from);
                if (from < 0) break;
                let stop = from + 1;
                while (stop < this.numbers.length && this.numbers[stop] === 0) stop++;
                hidden += `${from}-${stop},`;
                from = stop;
            }
            if (hidden !== this.hidden) this.room = hidden ? this._room() : 1 / this.cover.count;
            this.hidden = hidden;
        }

        // Part of the whole that an area takes on average where there are any: of the box around the middles of those shown.
        _room() {
            const {anchors} = this.cover;
            let count = 0, west = 65535, north = 65535, east = 0, south = 0;
            for (let area = 0; area < this.numbers.length; area++) {
                if (!this.numbers[area]) continue;
                const x = anchors[2 * area], y = anchors[2 * area + 1];
                west = Math.min(west, x);
                north = Math.min(north, y);
                east = Math.max(east, x);
                south = Math.max(south, y);
                count++;
            }
            const share = ((east - west) / 65535) * ((south - north) / 65535);
            return Math.max(share, 1 / this.cover.count) / Math.max(1, count);
        }

        _upload(gl) {
            this.changed = false;
            this._sift();
            this.padded.set(this.numbers);
            gl.activeTexture(gl.TEXTURE0);
            gl.bindTexture(gl.TEXTURE_2D, this.values);
            gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
            gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
            gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
            gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, this.wide, this.rows, gl.RED_INTEGER, gl.UNSIGNED_BYTE, this.padded);
        }

        prerender(gl, given) {
            if (!this.numbers) return;
            if (this.changed) this._upload(gl);
            const {drawingBufferWidth: width, drawingBufferHeight: height} = gl;
            const matrix = given.defaultProjectionData.mainMatrix;
            const known = [width, height, this.version, this.hidden, ...matrix].join(" ");
            if (known === this.drawn) return;
            this.drawn = known;
            this._frame(gl, width, height);
            this._owners(gl, matrix);
        }

        _frame(gl, width, height) {
            if (!this.frame || this.frame.width !== width || this.frame.height !== height) {
                if (this.frame) [gl.deleteTexture(this.frame.texture), gl.deleteFramebuffer(this.frame.buffer)];
                gl.activeTexture(gl.TEXTURE0);
                this.frame = kuai.card.frame(gl, width, height);
            }
            gl.bindFramebuffer(gl.FRAMEBUFFER, this.frame.buffer);
            gl.viewport(0, 0, width, height);
            [gl.BLEND, gl.DEPTH_TEST, gl.STENCIL_TEST, gl.SCISSOR_TEST, gl.CULL_FACE].forEach((one) => gl.disable(one));
            gl.colorMask(true, true, true, true);
            gl.clearBufferuiv(gl.COLOR, 0, NONE);
        }

        _owners(gl, matrix) {
            const {made, at} = this.owner, {head, chunks} = this.cover, {step, origin} = head;
            const view = this._view(), isNear = head.tolerance * 512 * 2 ** this.map.getZoom() > 1;
            gl.useProgram(made);
            gl.activeTexture(gl.TEXTURE0);
            gl.bindTexture(gl.TEXTURE_2D, this.values);
            gl.uniform1i(at.numbers, 0);
            gl.uniform1i(at.sifts, this.hidden ? 1 : 0);
            for (const chunk of chunks) {
                const [west, north, east, south] = chunk.box;
                if (east < view[0] || west > view[2] || south < view[1] || north > view[3]) continue;
                if (isNear && !chunk.whole) this.cover.load(chunk.part);
                const mesh = isNear && chunk.whole ? chunk.whole : chunk.low;
                gl.uniformMatrix4fv(at.matrix, false,
                    moved(matrix, origin[0] + chunk.x * step, origin[1] + chunk.y * step, step));
                gl.uniform1ui(at.first, chunk.first);
                gl.bindVertexArray(this._buffer(gl, mesh).array);
                const kind = mesh.corners.BYTES_PER_ELEMENT === 4 ? gl.UNSIGNED_INT : gl.UNSIGNED_SHORT;
                gl.drawElements(gl.TRIANGLES, mesh.corners.length, kind, 0);
            }
            gl.bindVertexArray(null);
        }

        _view() {
            const bounds = this.map.getBounds();
            return [...kuai.mercator(bounds.getWest(), bounds.getNorth()), ...kuai.mercator(bounds.getEast(), bounds.getSouth())];
        }

        _buffer(gl, mesh) {
            if (!this.buffers.has(mesh)) this.buffers.set(mesh, kuai.card.mesh(gl, mesh));
            return this.buffers.get(mesh);
        }

        render(gl) {
            if (!this.look || !this.frame) return;
            const ratio = this.map.getPixelRatio(), border = this._border(), {made, at} = this._colour(gl, border);
            gl.useProgram(made);
            [this.frame.texture, this.values].forEach((one, unit) => {
                gl.activeTexture(gl.TEXTURE0 + unit);
                gl.bindTexture(gl.TEXTURE_2D, one);
            });
            gl.uniform1i(at.owners, 0);
            gl.uniform1i(at.numbers, 1);
            for (const name of ["fills", "inks", "ground", "edge", "mark"]) gl.uniform3fv(at[name], this.look[name]);
            gl.uniform2fv(at.anchor, this._anchor(ratio));
            gl.uniform1f(at.ratio, ratio);
            gl.uniform1f(at.border, border);
            gl.uniform1ui(at.pointed, this.pointed + 1);
            gl.uniform2i(at.size, this.frame.width, this.frame.height);
            [gl.BLEND, gl.DEPTH_TEST, gl.STENCIL_TEST, gl.CULL_FACE].forEach((one) => gl.disable(one));
            gl.bindVertexArray(this.empty);
            gl.drawArrays(gl.TRIANGLES, 0, 3);
            gl.bindVertexArray(null);
        }

        // The program for what is to be seen now; what a program does not name is not set.
        _colour(gl, border) {
            const about = {isPointed: this.pointed >= 0, hasBorders: border > 0, hasPatterns: this.hasPatterns};
            const name = JSON.stringify(about);
            if (!this.colours.has(name)) this.colours.set(name, kuai.card.colours(gl, about));
            return this.colours.get(name);
        }

        // Where on the screen a fixed place lies, so that patterns move with the map.
        _anchor(ratio) {
            const {x, y} = this.map.project([this.cover.head.extent[0], this.cover.head.extent[3]]);
            return [(x % PERIOD) * ratio, this.frame.height - (y % PERIOD) * ratio];
        }

        // How strong borders are: only where areas are large enough to have one.
        _border() {
            const [west, north, east, south] = this.cover.head.around;
            const side = Math.sqrt((east - west) * (south - north) * this.room) * 512 * 2 ** this.map.getZoom();
            return Math.min(1, Math.max(0, (side - BORDERS_FROM) / BORDERS_FROM)) * 0.9;
        }
    }

    kuai.Areas = Areas;
})();
