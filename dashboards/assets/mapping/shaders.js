// What the graphics card is told: whose each pixel is, and in which colour; and whether there is one that can.
(() => {
    "use strict";
    const kuai = (window.kuai_mapping = window.kuai_mapping || {});
    const WIDE_BITS = 10, WIDE = 1 << WIDE_BITS;
    const PATTERNED = `number >= ${kuai.FIRST_STATE}u`, STATE = `int(number) - ${kuai.FIRST_STATE}`;
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
            int state = ${STATE};
            if (state == 0) return rising;
            if (state == 1) return length(mod(place, 6.0) - 3.0) < 1.2;
            if (state == 2) return mod(place.y, 5.0) < 1.2;
            return state == 3 && (rising || falling);
        }
        void main() {
            ivec2 here = ivec2(gl_FragCoord.xy);
            uint owner = texelFetch(owners, here, 0).r;
            int area = max(0, int(owner) - 1), wide = max(1, int(ratio + 0.5));
            uint number = owner == 0u ? 0u : min(texelFetch(numbers, ${FETCH}, 15u);
            vec3 found = number == 0u ? ground : fills[number];
            ${hasPatterns ? `if (${PATTERNED} && marked(number, (gl_FragCoord.xy - anchor) / ratio)) found = inks[number];` : ""}
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

    // What the card holds of a mesh: its points with their owners, and its corners.
    const held = (gl, mesh) => {
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
        return {array, made};
    };

    // A drawing of whole numbers of its own, which is bound.
    const frame = (gl, width, height) => {
        const made = texture(gl, gl.R32UI, width, height), buffer = gl.createFramebuffer();
        gl.bindFramebuffer(gl.FRAMEBUFFER, buffer);
        gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, made, 0);
        if (gl.checkFramebufferStatus(gl.FRAMEBUFFER) !== gl.FRAMEBUFFER_COMPLETE) throw new Error("no frame");
        return {texture: made, buffer, width, height};
    };

    // Whether this browser draws whole numbers into a frame and reads them back, as the layer needs.
    const isAble = () => {
        const gl = document.createElement("canvas").getContext("webgl2");
        if (!gl) return false;
        try {
            kuai.card.owners(gl);
            kuai.card.colours(gl, {isPointed: true, hasBorders: true, hasPatterns: true});
            frame(gl, 1, 1);
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
    kuai.card = {
        WIDE, texture, frame, mesh: held,
        owners: (gl) => program(gl, OWNER_VERTEX, OWNER_FRAGMENT),
        colours: (gl, about) => program(gl, COLOUR_VERTEX, colourFragment(about)),
    };
})();
