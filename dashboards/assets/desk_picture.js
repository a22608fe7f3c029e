// A picture of the desk as it is painted, with where it comes from: below it in words, and in the file as text.
"use strict";

(() => {
    const MARGIN = 24, WIDTH = 1600, LINE = 21;
    const $ = (id) => document.getElementById(id);
    const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

    const crc = (bytes) => {
        let sum = -1;
        for (const byte of bytes) {
            sum ^= byte;
            for (let at = 0; at < 8; at += 1) sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1));
        }
        return (sum ^ -1) >>> 0;
    };
    // A chunk iTXt: keyword, not compressed, no language, text in UTF-8; tEXt where the text is plain.
    const chunk = (keyword, text) => {
        const write = new TextEncoder();
        const isPlain = /^[\x20-\x7e]*$/.test(text);
        const kind = write.encode(isPlain ? "tEXt" : "iTXt");
        const body = [...write.encode(keyword), 0, ...(isPlain ? [] : [0, 0, 0, 0]), ...write.encode(text)];
        const inside = Uint8Array.from([...kind, ...body]);
        const found = new Uint8Array(inside.length + 8);
        const view = new DataView(found.buffer);
        view.setUint32(0, body.length);
        found.set(inside, 4);
        view.setUint32(found.length - 4, crc(inside));
        return found;
    };
    const HEAD_END = 33;  // signature and the chunk IHDR
    const told = async (blob, texts) => {
        const bytes = new Uint8Array(await blob.arrayBuffer());
        const chunks = Object.entries(texts).map(([keyword, text]) => chunk(keyword, text));
        return new Blob([bytes.slice(0, HEAD_END), ...chunks, bytes.slice(HEAD_END)], {type: "image/png"});
    };

    const chart = (id, width, height) => {
        const place = $(id);
        return place && place.figure && !place.closest(".nothing") ? place.figure.picture(width, height, 2) : null;
    };
    // What the map is to show may still be on its way; if that failed, what it showed before is no part of the picture.
    const map = async () => {
        const place = $("desk-map");
        if (!place.board || place.closest(".nothing")) return null;
        await place.board.reached;
        const drawn = place.querySelector("canvas"), isDrawn = /^(ready|fallback)/.test(place.dataset.status);
        return isDrawn && drawn && drawn.kuaiPicture ? drawn.kuaiPicture() : null;
    };

    const wrapped = (pen, text, width) => {
        const lines = [""];
        for (const part of text.split(/(?<=[ ，。；：])/u)) {
            const longer = lines[lines.length - 1] + part;
            if (pen.measureText(longer).width > width && lines[lines.length - 1]) lines.push(part);
            else lines[lines.length - 1] = longer;
        }
        return lines;
    };
    const rows = () => [...document.querySelectorAll("#desk-ranking tr")].map((row) =>
        [...row.children].map((cell) => cell.textContent));

    const compose = async (data, provenance) => {
        const drawnMap = await map();
        // All else is read from the page at once: it must still be what was put down.
        if (window.kuaiDesk.shown() !== data) throw new Error("another answer");
        const [trend, days] = [chart("desk-trend", 880, 300), chart("desk-calendar", 880, 220)];
        const canvas = document.createElement("canvas");
        const pen = canvas.getContext("2d");
        const font = getComputedStyle(document.body).fontFamily;
        const said = [...document.querySelectorAll("#desk-finding p")].map((one) => one.textContent);
        const ranked = rows();
        pen.font = `13px ${font}`;
        const foot = provenance.lines.flatMap((line) => wrapped(pen, line, WIDTH - 2 * MARGIN));
        const top = 78 + said.length * 44;
        const tall = Math.max(420 + ranked.length * LINE + 20, 560);
        canvas.width = WIDTH;
        canvas.height = top + tall + foot.length * 18 + 3 * MARGIN;
        pen.fillStyle = colour("--paper");
        pen.fillRect(0, 0, canvas.width, canvas.height);
        pen.textBaseline = "top";
        pen.fillStyle = colour("--ink");
        pen.font = `600 22px ${font}`;
        pen.fillText(`${data.picture.city} · ${data.picture.title}`, MARGIN, MARGIN);
        pen.font = `15px ${font}`;
        let at = MARGIN + 40;
        for (const line of said.flatMap((one) => wrapped(pen, one, WIDTH - 2 * MARGIN))) { pen.fillText(line, MARGIN, at); at += LINE; }
        if (drawnMap) {
            const scale = Math.min(640 / drawnMap.width, 400 / drawnMap.height);
            pen.drawImage(drawnMap, MARGIN, top, drawnMap.width * scale, drawnMap.height * scale);
            pen.font = `600 13px ${font}`;
            pen.fillText(window.kuaiPlay.label(), MARGIN, top + 398);
        }
        if (trend) pen.drawImage(trend, WIDTH - MARGIN - 880, top, 880, 300);
        if (days) pen.drawImage(days, WIDTH - MARGIN - 880, top + 320, 880, 220);
        pen.font = `13px ${font}`;
        ranked.forEach((row, number) => [0, 150, 220, 350, 510].forEach((left, column) => {
            pen.fillText(row[column] || "", MARGIN + left, top + 416 + number * LINE);
        }));
        pen.fillStyle = colour("--soft");
        foot.forEach((line, number) => pen.fillText(line, MARGIN, top + tall + MARGIN + number * 18));
        return new Promise((done) => canvas.toBlob(done, "image/png"));
    };

    // The server says whether the picture may be taken, and puts that down; only then it is made.
    window.kuaiPicture = async (data) => {
        const said = $("desk-png-said"), fail = (text) => { said.textContent = text || said.dataset.failed; };
        said.textContent = "";
        await window.kuaiPlay.rest();
        const answer = await fetch(`/desk/origin${data.search}`, {credentials: "same-origin"}).catch(() => null);
        const provenance = answer && (await answer.json().catch(() => null));
        if (!answer || !answer.ok || !provenance) { fail(provenance && provenance.refused); return; }
        const blob = await compose(data, provenance).then((drawn) => told(drawn, provenance.texts)).catch(() => null);
        if (!blob) { fail(); return; }
        const link = document.createElement("a");
        link.href = URL.createObjectURL(blob);
        link.download = provenance.file;
        link.click();
        URL.revokeObjectURL(link.href);
    };
})();
