// Shapes as the server packs them, and which area lies at a place.
(() => {
    "use strict";
    const kuai = (window.kuai_mapping = window.kuai_mapping || {});
    const ALIGNED = 8, COVERS = 4, LATER_MS = 1000;

    // What did not come and may come later, other than what is refused or fails by itself.
    const absent = (message) => Object.assign(new Error(message), {isAbsent: true});
    kuai.absent = absent;

    // Who is told that something is still being prepared; it is asked for again until it is there.
    kuai.waiting = new Set();
    const asked = (url) => fetch(url, {credentials: "same-origin"}).catch(({message}) => { throw absent(message); });
    const fetched = async (url) => {
        let answer = await asked(url);
        while (answer.status === 202) {
            kuai.waiting.forEach((told) => told());
            await new Promise((done) => setTimeout(done, LATER_MS));
            answer = await asked(url);
        }
        if (!answer.ok) throw Object.assign(new Error(url), {status: answer.status, isAbsent: answer.status >= 500});
        return answer;
    };
    kuai.fetched = fetched;
    const read = (url) => fetched(url).then((one) => one.json());
    kuai.read = read;

    // Head and a reader of the arrays that follow it.
    const unpacked = (buffer) => {
        const [length] = new Uint32Array(buffer, 0, 2);
        const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
        let at = 8 + length + ((ALIGNED - (length % ALIGNED)) % ALIGNED);
        const next = (Kind, count) => {
            const found = new Kind(buffer, at, count);
            at += found.byteLength + ((ALIGNED - (found.byteLength % ALIGNED)) % ALIGNED);
            return found;
        };
        return {head, next};
    };

    kuai.unpacked = unpacked;

    // Meshes of the chunks of a pack: points, owners and corners, none of them copied.
    const meshes = ({head, next}) => {
        const sum = (at) => head.sizes.reduce((total, size) => total + size[at], 0);
        const points = next(Uint16Array, 2 * sum(0)), owners = next(Uint16Array, sum(0));
        const corners = next(head.corner === 4 ? Uint32Array : Uint16Array, sum(1));
        let point = 0, corner = 0;
        return head.sizes.map(([some, many]) => {
            const mesh = {
                points: points.subarray(2 * point, 2 * (point + some)), owners: owners.subarray(point, point + some),
                corners: corners.subarray(corner, corner + many),
            };
            point += some;
            corner += many;
            return mesh;
        });
    };

    // Box and first corner of each area of a mesh, made when somebody first points at it.
    const indexed = (mesh, areas) => {
        const boxes = new Uint16Array(4 * areas), first = new Uint32Array(areas + 1);
        for (let area = 0; area < areas; area++) boxes.set([65535, 65535, 0, 0], 4 * area);
        for (let at = 0; at < mesh.owners.length; at++) {
            const box = 4 * mesh.owners[at], x = mesh.points[2 * at], y = mesh.points[2 * at + 1];
            if (x < boxes[box]) boxes[box] = x;
            if (y < boxes[box + 1]) boxes[box + 1] = y;
            if (x > boxes[box + 2]) boxes[box + 2] = x;
            if (y > boxes[box + 3]) boxes[box + 3] = y;
        }
        for (let at = 0; at < mesh.corners.length; at += 3) first[mesh.owners[mesh.corners[at]] + 1] = at + 3;
        for (let area = 0; area < areas; area++) first[area + 1] = Math.max(first[area + 1], first[area]);
        return {boxes, first};
    };

    const squaredDistance = (x, y, ax, ay, bx, by) => {
        const dx = bx - ax, dy = by - ay, length = dx * dx + dy * dy;
        const share = length ? Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length)) : 0;
        return (x - ax - share * dx) ** 2 + (y - ay - share * dy) ** 2;
    };

    class Cover {
        constructor(url, buffer) {
            const pack = unpacked(buffer);
            this.url = url;
            this.head = pack.head;
            this.count = pack.head.count;
            this.low = meshes(pack);
            this.anchors = pack.next(Uint16Array, 2 * this.count);
            this.chunks = pack.head.chunks.map(([first, stop, x, y, ...box], number) => ({
                number, first, stop, x, y, box, low: this.low[number], whole: null,
                part: Math.floor(number / pack.head.part),
            }));
            this.parts = new Map();
            [this.named, this.drawn] = [kept(1, Infinity), kept(1, Infinity)];
            this.listeners = new Set();
        }

        beside(name) { return this.url.replace("lo.bin", name); }

        // Area names and codes; asked for once.
        names() { return this.named(this.beside("names.json"), read); }

        // Simplified polygons of all areas, or of those within a place; those asked for last are kept.
        polygons(part) {
            return this.drawn(this.beside(part ? `polygons.json?area=${encodeURIComponent(part)}` : "polygons.json"), read);
        }

        // A part as it is, not simplified; whoever listens is told when it has come.
        load(part) {
            if (!this.parts.has(part)) this.parts.set(part, this._load(part).catch(() => this.parts.delete(part)));
            return this.parts.get(part);
        }

        async _load(part) {
            const answer = await fetched(this.beside(`${part}.bin`));
            const pack = unpacked(await answer.arrayBuffer());
            meshes(pack).forEach((mesh, at) => { this.chunks[pack.head.first + at].whole = mesh; });
            this.listeners.forEach((told) => told());
        }

        // Position of the area at a place (-1: none); undefined if the shapes that are here cannot tell.
        pick(longitude, latitude, isShown) {
            const [x, y] = kuai.mercator(longitude, latitude), {unsure, step, origin} = this.head;
            let found = -1, isNear = false;
            for (const chunk of this.chunks) {
                const [west, north, east, south] = chunk.box;
                if (x < west - unsure || x > east + unsure || y < north - unsure || y > south + unsure) continue;
                if (!chunk.whole) {
                    this.load(chunk.part);
                    return undefined;
                }
                const hit = this._within(
                    chunk, (x - origin[0]) / step - chunk.x, (y - origin[1]) / step - chunk.y, unsure / step, isShown);
                if (hit.isNear) isNear = true;
                if (hit.found >= 0) found = hit.found;
            }
            return isNear ? undefined : found;
        }

        _within(chunk, x, y, near, isShown) {
            const mesh = chunk.whole, {points, corners} = mesh;
            const {boxes, first} = (mesh.index = mesh.index || indexed(mesh, chunk.stop - chunk.first));
            let found = -1, isNear = false;
            for (let area = 0, box = 0; area < chunk.stop - chunk.first; area++, box += 4) {
                if (x < boxes[box] - near || x > boxes[box + 2] + near || y < boxes[box + 1] - near ||
                    y > boxes[box + 3] + near || !isShown(chunk.first + area)) continue;
                for (let at = first[area]; at < first[area + 1]; at += 3) {
                    const [a, b, c] = [2 * corners[at], 2 * corners[at + 1], 2 * corners[at + 2]];
                    const ax = points[a], ay = points[a + 1], bx = points[b], by = points[b + 1];
                    const cx = points[c], cy = points[c + 1];
                    const one = (bx - ax) * (y - ay) - (by - ay) * (x - ax);
                    const two = (cx - bx) * (y - by) - (cy - by) * (x - bx);
                    const three = (ax - cx) * (y - cy) - (ay - cy) * (x - cx);
                    if ((one >= 0 && two >= 0 && three >= 0) || (one <= 0 && two <= 0 && three <= 0)) {
                        found = chunk.first + area;
                    }
                    if (Math.min(squaredDistance(x, y, ax, ay, bx, by), squaredDistance(x, y, bx, by, cx, cy),
                                 squaredDistance(x, y, cx, cy, ax, ay)) <= near * near) isNear = true;
                }
            }
            return {found, isNear};
        }

        // Whether a place lies in the box around an area.
        isAround(area, longitude, latitude) {
            const chunk = this.chunks.find(({first, stop}) => area >= first && area < stop), {low} = chunk;
            const {boxes} = (low.index = low.index || indexed(low, chunk.stop - chunk.first));
            const [x, y] = kuai.mercator(longitude, latitude), {unsure, step, origin} = this.head, near = unsure / step;
            const across = (x - origin[0]) / step - chunk.x, down = (y - origin[1]) / step - chunk.y;
            const [west, north, east, south] = boxes.subarray(4 * (area - chunk.first), 4 * (area - chunk.first) + 4);
            return across >= west - near && across <= east + near && down >= north - near && down <= south + near;
        }

        // What `pick` finds, settled by the server where the shapes here cannot tell.
        async settle(longitude, latitude, isShown) {
            const known = this.pick(longitude, latitude, isShown);
            if (known !== undefined) return known;
            const answer = await fetched(`${this.beside("at.json")}?lon=${longitude}&lat=${latitude}`);
            const {positions} = await answer.json();
            const found = positions.find(isShown);
            return found === undefined ? -1 : found;
        }

        // Longitude and latitude of the middle of an area.
        middle(area) {
            const [west, north, east, south] = this.head.around;
            const x = west + (this.anchors[2 * area] / 65535) * (east - west);
            const y = north + (this.anchors[2 * area + 1] / 65535) * (south - north);
            return [(x - 0.5) * 360, (Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) * 180) / Math.PI];
        }

        // The nearest shown area in a direction (1, 0 is east; 0, 1 is south); the same if there is none.
        neighbour(area, right, down, isShown) {
            const [west, north, east, south] = this.head.around, wide = east - west, high = south - north;
            const x = this.anchors[2 * area], y = this.anchors[2 * area + 1];
            let best = area, least = Infinity;
            for (let one = 0; one < this.count; one++) {
                const dx = (this.anchors[2 * one] - x) * wide, dy = (this.anchors[2 * one + 1] - y) * high;
                const along = dx * right + dy * down, across = Math.abs(dx * down) + Math.abs(dy * right);
                if (one === area || along <= 0 || across > along * 1.5 || !isShown(one)) continue;
                const length = along + 2 * across;
                if (length < least) [best, least] = [one, length];
            }
            return best;
        }
    }

    kuai.mercator = (longitude, latitude) => [
        longitude / 360 + 0.5, 0.5 - Math.asinh(Math.tan((latitude * Math.PI) / 180)) / (2 * Math.PI),
    ];

    // What was asked for last stays, under its address.
    const kept = (most, age) => {
        const known = new Map();
        return (url, made) => {
            const found = known.get(url), isFresh = found && performance.now() - found.since < age;
            const entry = isFresh ? found : {since: performance.now(), promise: made(url)};
            if (!isFresh) entry.promise.catch(() => known.delete(url));
            known.delete(url);
            known.set(url, entry);
            if (known.size > most) known.delete(known.keys().next().value);
            return entry.promise;
        };
    };
    kuai.kept = kept;
    const covers = kept(COVERS, Infinity);

    kuai.cover = (url) => covers(url, async () => new Cover(url, await (await fetched(url)).arrayBuffer()));
})();
