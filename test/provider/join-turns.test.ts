import { expect, test } from "vitest";
import { JoinTurns } from "../../provider/join-turns";

/** Joins that end when they are told to, and what has begun. */
function joins(patienceMs: number) {
  const turns = new JoinTurns(patienceMs);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  /** `a-b`, or `a-b alone`. */
  const join = (name: string) =>
    turns.take({ ends: name.replace(" alone", "").split("-"), isAlone: name.endsWith("alone") }, () => {
      begun.push(name);
      return new Promise<void>((resolve) => ends.set(name, resolve));
    });
  const end = async (name: string) => {
    ends.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { turns, begun, join, end };
}

test("those that share an end go one after the other, in the order they came", async () => {
  const { turns, begun, join, end } = joins(10_000);
  const all = ["a-b", "b-c", "c-d", "e-f"].map(join);
  await end("none");
  expect(begun).toEqual(["a-b", "e-f"]);
  await end("a-b");
  expect(begun).toEqual(["a-b", "e-f", "b-c"]);
  await end("b-c");
  expect(begun).toEqual(["a-b", "e-f", "b-c", "c-d"]);
  await end("c-d");
  await end("e-f");
  await Promise.all(all);
  expect(turns.taken).toBe(4);
});

test("one that others hear of goes alone, and is not overtaken for ever", async () => {
  const { begun, join, end } = joins(10_000);
  const all = ["a-b", "c-d alone", "e-f", "g-h alone"].map(join);
  await end("none");
  expect(begun).toEqual(["a-b"]);
  await end("a-b");
  expect(begun).toEqual(["a-b", "c-d alone"]);
  await end("c-d alone");
  expect(begun).toEqual(["a-b", "c-d alone", "e-f"]);
  await end("e-f");
  await end("g-h alone");
  await Promise.all(all);
});

test("one that hangs holds up those that share an end with it, and after some time nobody else", async () => {
  const { begun, join, end } = joins(30);
  const all = ["a-b alone", "b-c", "d-e alone", "f-a", "d-g alone"].map(join);
  await end("none");
  expect(begun).toEqual(["a-b alone"]);
  await expect.poll(() => begun).toEqual(["a-b alone", "d-e alone"]);
  await end("d-e alone");
  expect(begun).toEqual(["a-b alone", "d-e alone", "d-g alone"]);
  await end("d-g alone");
  expect(begun).toEqual(["a-b alone", "d-e alone", "d-g alone"]);
  await end("a-b alone");
  expect(begun).toEqual(["a-b alone", "d-e alone", "d-g alone", "b-c", "f-a"]);
  await end("b-c");
  await end("f-a");
  await Promise.all(all);
});

test("one that fails gives its turn on, too", async () => {
  const { turns, begun, join, end } = joins(10_000);
  const failed = turns.take({ ends: ["a", "b"], isAlone: false }, () => Promise.reject(new Error("boom")));
  const next = join("a-c");
  await expect(failed).rejects.toThrow("boom");
  await end("a-c");
  await next;
  expect(begun).toEqual(["a-c"]);
});
