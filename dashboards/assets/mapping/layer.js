// All areas as one layer of MapLibre: whose pixel it is is drawn when the map has moved, its colour whenever values change.
(() => {
    "use strict";
    const kuai = (window.kuai_mapping = window.kuai_mapping || {});
    const WIDE_BITS = 10, WIDE = 1 << WIDE_BITS, PERIOD = 210, BORDERS_FROM = 9, NONE = new Uint32Array(4);
    const FETCH = `ivec2(area & ${WIDE - 1}, area >> ${WIDE_BITS}), 0).r`;

    const OWNER_VERTEX = `#version 300 es
        precision highp float; precision highp int; precision highp usampler2D;
        layout(location = 0) in vec2 place;
        layout(location = 1) in uint owner;
        uniform mat4 matrix; uniform uint first; uniform bool sifts; uniform usampler2D numbers;
        flat out uint area;
        void main() {
            area = first + owner;
            gl_Position = matrix * vec4(place, 0.0, 1.0);
            if (sifts && texelFetch(numbers, ivec2(int(area) & ${WIDE - 1}, int(area) >> ${WIDE_BITS}), 0).r == 0u)
                gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
        }`;
    const OWNER_FRAGMENT = `#version 300 es
        precision highp float; precision highp int;
        flat in uint area; out uint owner;
        void main() { owner = area + 1u; }`;
    const COLOUR_VERTEX = `#version 300 es
        void main() { gl_Position = vec4(vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0, 0.0, 1.0); }`;
    // Only with what a picture needs: a card that is a program works through every line of it, pixel by pixel.
    const colourFragment = ({isPointed, hasBorders, hasPatterns}) => `#version 300 es
        precision highp float; precision highp int; precision highp usampler2D;
        uniform usampler2D owners; uniform usampler2D numbers;
        uniform vec3 fills[16]; uniform vec3 inks[16]; uniform vec3 ground; uniform vec3 edge; uniform vec3 mark;
        uniform vec2 anchor; uniform float ratio; uniform float border; uniform uint pointed; uniform ivec2 size;
        out vec4 colour;
        uint at(ivec2 place) { return texelFetch(owners, clamp(place, ivec2(0), size - 1), 0).r; }
        bool marked(uint number, vec2 place) {
            bool rising = mod(place.x - place.y, 7.0) < 1.4, falling = mod(place.x + place.y, 7.0) < 1.4;
            if (number == 11u) return rising;
            if (number == 12u) return length(mod(place, 6.0) - 3.0) < 1.2;
            if (number == 13u) return mod(place.y, 5.0) < 1.2;
            return number == 14u && (rising || falling);
        }
        void main() {
            ivec2 here = ivec2(gl_FragCoord.xy);
            uint owner = texelFetch(owners, here, 0).r;
            int area = max(0, int(owner) - 1), wide = max(1, int(ratio + 0.5));
            uint number = owner == 0u ? 0u : min(texelFetch(numbers, ${FETCH}, 15u);
            vec3 found = number == 0u ? ground : fills[number];
            ${hasPatterns ? "if (number > 10u && marked(number, (gl_FragCoord.xy - anchor) / ratio)) found = inks[number];" : ""}
            ${hasBorders ? `if (number > 0u && (at(here + ivec2(wide, 0)) != owner || at(here + ivec2(0, wide)) != owner))
                found = mix(found, edge, border);` : ""}
            ${isPointed ? `int far = 2 * wide;
            if (owner != pointed && (at(here + ivec2(far, 0)) == pointed || at(here - ivec2(far, 0)) == pointed ||
                at(here + ivec2(0, far)) == pointed || at(here - ivec2(0, far)) == pointed)) found = mark;` : ""}
            colour = vec4(found, 1.0);
        }`;

    const program = (gl, vertex, fragment) => {
        const made = gl.createProgram();
        for (const [kind, text] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
            const shader = gl.createShader(kind);
            gl.shaderSource(shader, text);
            gl.compileShader(shader);
            gl.attachShader(made, shader);
        }
        gl.linkProgram(made);
        if (!gl.getProgramParameter(made, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(made) || "no program");
        const at = {};
        for (let one = 0; one < gl.getProgramParameter(made, gl.ACTIVE_UNIFORMS); one++) {
            const name = gl.getActiveUniform(made, one).name;
            at[name.replace("[0]", "")] = gl.getUniformLocation(made, name);
        }
        return {made, at};
    };

    const texture = (gl, format, width, height) => {
        const made = gl.createTexture();
        gl.bindTexture(gl.TEXTURE_2D, made);
        for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, name, gl.NEAREST);
        gl.texStorage2D(gl.TEXTURE_2D, 1, format, width, height);
        return made;
    };

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
            this.owner = program(gl, OWNER_VERTEX, OWNER_FRAGMENT);
            this.colours = new Map();
            this.empty = gl.createVertexArray();
            this.rows = Math.max(1, Math.ceil(this.cover.count / WIDE));
            this.values = texture(gl, gl.R8UI, WIDE, this.rows);
            this.padded = new Uint8Array(WIDE * this.rows);
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
            this.hasPatterns = numbers.some((one) => one > 10);
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
            gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, WIDE, this.rows, gl.RED_INTEGER, gl.UNSIGNED_BYTE, this.padded);
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
                const made = texture(gl, gl.R32UI, width, height), buffer = gl.createFramebuffer();
                gl.bindFramebuffer(gl.FRAMEBUFFER, buffer);
                gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, made, 0);
                if (gl.checkFramebufferStatus(gl.FRAMEBUFFER) !== gl.FRAMEBUFFER_COMPLETE) throw new Error("no frame");
                this.frame = {texture: made, buffer, width, height};
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
            if (!this.buffers.has(mesh)) {
                const array = gl.createVertexArray();
                gl.bindVertexArray(array);
                const made = [[gl.ARRAY_BUFFER, mesh.points], [gl.ARRAY_BUFFER, mesh.owners],
                              [gl.ELEMENT_ARRAY_BUFFER, mesh.corners]].map(([kind, data], at) => {
                    const buffer = gl.createBuffer();
                    gl.bindBuffer(kind, buffer);
                    gl.bufferData(kind, data, gl.STATIC_DRAW);
                    if (at < 2) gl.enableVertexAttribArray(at);
                    if (at === 0) gl.vertexAttribPointer(0, 2, gl.UNSIGNED_SHORT, false, 0, 0);
                    if (at === 1) gl.vertexAttribIPointer(1, 1, gl.UNSIGNED_SHORT, 0, 0);
                    return buffer;
                });
                this.buffers.set(mesh, {array, made});
            }
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
            if (!this.colours.has(name)) this.colours.set(name, program(gl, COLOUR_VERTEX, colourFragment(about)));
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

    // Whether this browser draws whole numbers into a frame and reads them back, as the layer needs.
    const isAble = () => {
        const gl = document.createElement("canvas").getContext("webgl2");
        if (!gl) return false;
        try {
            program(gl, OWNER_VERTEX, OWNER_FRAGMENT);
            program(gl, COLOUR_VERTEX, colourFragment({isPointed: true, hasBorders: true, hasPatterns: true}));
            const buffer = gl.createFramebuffer(), made = texture(gl, gl.R32UI, 1, 1);
            gl.bindFramebuffer(gl.FRAMEBUFFER, buffer);
            gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, made, 0);
            gl.clearBufferuiv(gl.COLOR, 0, new Uint32Array([4711, 0, 0, 0]));
            const read = new Uint32Array(4);
            gl.readPixels(0, 0, 1, 1, gl.RGBA_INTEGER, gl.UNSIGNED_INT, read);
            return read[0] === 4711;
        } catch { return false; } finally { kuai.release(gl); }
    };
    // A drawing context that was only tried: a browser has few of them.
    kuai.release = (gl) => {
        const ending = gl && gl.getExtension("WEBGL_lose_context");
        if (ending) ending.loseContext();
    };
    let able;
    kuai.isAble = () => (able = able === undefined ? isAble() : able);
    kuai.Areas = Areas;
})();
