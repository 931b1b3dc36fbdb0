import type { Point } from "./results.ts";

const width = 640;
const height = 360;
const margin = { left: 56, right: 16, top: 36, bottom: 48 };

/** Draws the time of a preview by the number of its resources, as an SVG image. */
export function drawCurve(points: readonly Point[]): string {
    const xTicks = ticks(Math.max(...points.map(({ resources }) => resources)));
    const yTicks = ticks(Math.max(...points.map(({ max }) => max)));
    const x = scale(xTicks, margin.left, width - margin.right);
    const y = scale(yTicks, height - margin.bottom, margin.top);
    const line = points.map(({ resources, median }) => `${x(resources)},${y(median)}`).join(" ");
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
        `<rect width="${width}" height="${height}" fill="white"/>`,
        `<text x="${margin.left}" y="20" font-size="14">Time of a preview (s) by the number of its resources</text>`,
        ...yTicks.flatMap((tick) => [
            `<path d="M${margin.left} ${y(tick)}H${width - margin.right}" stroke="#ddd"/>`,
            `<text x="${margin.left - 8}" y="${y(tick) + 4}" text-anchor="end">${tick}</text>`,
        ]),
        ...xTicks.map(
            (tick) =>
                `<text x="${x(tick)}" y="${height - margin.bottom + 18}" text-anchor="middle">${tick}</text>`,
        ),
        `<polyline points="${line}" fill="none" stroke="#1f6feb" stroke-width="2"/>`,
        ...points.flatMap(({ resources, median, min, max, tiers }) => [
            `<path d="M${x(resources)} ${y(min)}V${y(max)}" stroke="#1f6feb"/>`,
            `<circle cx="${x(resources)}" cy="${y(median)}" r="4" fill="#1f6feb"><title>${resources} resources (${tiers} more tiers): ${median} s</title></circle>`,
        ]),
        `<text x="${(margin.left + width) / 2}" y="${height - 8}" text-anchor="middle">resources; the leftmost point is the dev stack</text>`,
        "</svg>",
        "",
    ].join("\n");
}

/** Round numbers from 0 to at least a value. */
function ticks(most: number): number[] {
    const rough = most / 5;
    const magnitude = 10 ** Math.floor(Math.log10(rough));
    const step = ([1, 2, 5].find((factor) => factor * magnitude >= rough) ?? 10) * magnitude;
    return Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) =>
        Number((index * step).toFixed(6)),
    );
}

function scale(range: readonly number[], from: number, to: number): (value: number) => number {
    const most = range.at(-1) ?? 1;
    return (value) => Number((from + (value / most) * (to - from)).toFixed(1));
}
