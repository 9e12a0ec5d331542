import type { Topology } from "../model";
import { meshesOf } from "../paths";
import { type Arrow, arrowsOf } from "./arrows";
import type { Mark, Marks } from "./mermaid";

interface Place {
  x: number;
  y: number;
}

const node = { width: 118, height: 34 };
/** Between lines that go between the same two. */
const gap = 20;
const colours: Record<Mark | "plain", string> = { added: "#1a7f37", removed: "#cf222e", plain: "#57606a" };

/**
 * A topology as a picture that needs nothing else. `layout` has all members that are to have a place, so that a picture
 * before and one after can be compared. A mesh is a rounded area: everyone in it exchanges everything.
 */
export function svg(topology: Topology, layout: Topology, marks: Marks, title: string): string {
  const { places, width, height } = placesOf(layout);
  const at = (name: string) => places.get(name) as Place;
  const meshes = meshesOf(topology).map((mesh) => area(mesh.map(at)));
  const isMarked = (key: string) => marks.links?.has(key) ?? false;
  const lines = [...pairsOf(arrowsOf(topology, isMarked))].flatMap((arrows) =>
    arrows.map((arrow, index) => {
      const beside = (index - (arrows.length - 1) / 2) * gap;
      return line(arrow, ...shifted(at(arrow.one), at(arrow.other), beside), marks);
    }),
  );
  const boxes = Object.keys(topology.members)
    .sort()
    .map((name) => box(name, at(name), marks.members?.get(name) ?? "plain"));
  const heads = Object.entries(colours).map(
    ([name, colour]) =>
      `<marker id="to-${name}" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0 8 4 0 8z" fill="${colour}"/></marker>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}" font-family="system-ui, sans-serif" font-size="13">`,
    `<defs>${heads.join("")}</defs>`,
    ...meshes,
    ...lines,
    ...boxes,
    "</svg>",
  ].join("\n");
}

/** All on one ellipse, members of a mesh beside each other. */
function placesOf(layout: Topology) {
  const meshes = meshesOf(layout).map((mesh) => mesh.toSorted());
  const alone = Object.keys(layout.members)
    .filter((name) => !meshes.some((mesh) => mesh.includes(name)))
    .sort();
  const names = [...meshes.flat(), ...alone];
  const radius = Math.max(190, (names.length * (node.width + 40)) / (2 * Math.PI));
  const [width, height] = [2 * radius + node.width + 60, 2 * radius * 0.7 + node.height + 80];
  const places = new Map(
    names.map((name, index) => {
      const angle = (2 * Math.PI * index) / names.length - Math.PI / 2;
      const x = Math.round(width / 2 + radius * Math.cos(angle));
      return [name, { x, y: Math.round(height / 2 + 0.7 * radius * Math.sin(angle)) }];
    }),
  );
  return { places, width: Math.round(width), height: Math.round(height) };
}

/** Lines between the same two, whichever way they go. */
const pairsOf = (arrows: Arrow[]) => Map.groupBy(arrows, ({ one, other }) => [one, other].sort().join("/")).values();

/** Both moved to the same side, whichever of them comes first. */
function shifted(from: Place, to: Place, by: number): [Place, Place] {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const sign = dx > 0 || (dx === 0 && dy > 0) ? 1 : -1;
  const share = (sign * by) / (Math.hypot(dx, dy) || 1);
  const moved = ({ x, y }: Place) => ({ x: Math.round(x - dy * share), y: Math.round(y + dx * share) });
  return [moved(from), moved(to)];
}

function area(places: Place[]): string {
  const middle = { x: average(places.map(({ x }) => x)), y: average(places.map(({ y }) => y)) };
  const around = places.toSorted(
    (one, other) => Math.atan2(one.y - middle.y, one.x - middle.x) - Math.atan2(other.y - middle.y, other.x - middle.x),
  );
  const points = around.map(({ x, y }) => `${x},${y}`).join(" ");
  return `<polygon points="${points}" fill="#ddf4ff" stroke="#ddf4ff" stroke-width="64" stroke-linejoin="round"><title>everything, all with all</title></polygon>`;
}

function line({ way, label, key }: Arrow, from: Place, to: Place, { links }: Marks): string {
  const mark = links?.get(key) ?? "plain";
  const [start, end] = [edgeOf(from, to), edgeOf(to, from)];
  const dashes = mark === "removed" ? ' stroke-dasharray="6 4"' : "";
  const tail = way === "<-->" ? ` marker-start="url(#to-${mark})"` : "";
  const [x, y] = [(start.x + end.x) / 2, (start.y + end.y) / 2 - 5];
  return `<g stroke="${colours[mark]}" fill="none"><line x1="${start.x}" y1="${start.y}" x2="${end.x}" y2="${end.y}" stroke-width="${mark === "plain" ? 1.5 : 2.5}"${dashes}${tail} marker-end="url(#to-${mark})"/><text x="${x}" y="${y}" fill="${colours[mark]}" stroke="#fff" stroke-width="3" paint-order="stroke" text-anchor="middle">${escaped(label)}</text></g>`;
}

/** Where the line between the middles of two boxes leaves the first. */
function edgeOf(from: Place, to: Place): Place {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const share = Math.min(
    dx === 0 ? Number.POSITIVE_INFINITY : (node.width / 2 + 3) / Math.abs(dx),
    dy === 0 ? Number.POSITIVE_INFINITY : (node.height / 2 + 3) / Math.abs(dy),
    0.5,
  );
  return { x: Math.round(from.x + dx * share), y: Math.round(from.y + dy * share) };
}

function box(name: string, { x, y }: Place, mark: Mark | "plain"): string {
  const shown = name.length > 15 ? `${name.slice(0, 14)}…` : name;
  const style = mark === "plain" ? 'stroke-width="1.2"' : 'stroke-width="3"';
  return `<g><title>${escaped(name)}</title><rect x="${x - node.width / 2}" y="${y - node.height / 2}" width="${node.width}" height="${node.height}" rx="6" fill="#fff" stroke="${colours[mark]}" ${style}${mark === "removed" ? ' stroke-dasharray="6 4"' : ""}/><text x="${x}" y="${y + 5}" text-anchor="middle" fill="#24292f">${escaped(shown)}</text></g>`;
}

const average = (numbers: number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
