import { expect, test } from "vitest";
import { JoinTurns } from "../../provider/join-turns";

/** Joins that end when they are told to, and what has begun. */
function joins(patienceMs: number) {
  const turns = new JoinTurns(patienceMs);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const join = (name: string) =>
    turns.take(name.split("-"), () => {
      begun.push(name);
      return new Promise<void>((resolve) => ends.set(name, resolve));
    });
  const end = async (name: string) => {
    ends.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { turns, begun, join, end };
}

test("one at a time, in the order they came, whatever their ends", async () => {
  const { turns, begun, join, end } = joins(10_000);
  const all = ["a-b", "c-d", "a-e"].map(join);
  await end("none");
  expect(begun).toEqual(["a-b"]);
  await end("a-b");
  expect(begun).toEqual(["a-b", "c-d"]);
  await end("c-d");
  await end("a-e");
  await Promise.all(all);
  expect(turns.taken).toBe(3);
});

test("one that hangs holds up those that share an end with it, and after some time nobody else", async () => {
  const { begun, join, end } = joins(30);
  const all = ["a-b", "b-c", "d-e", "f-a", "d-g"].map(join);
  await end("none");
  expect(begun).toEqual(["a-b"]);
  await expect.poll(() => begun).toEqual(["a-b", "d-e"]);
  await end("d-e");
  expect(begun).toEqual(["a-b", "d-e", "d-g"]);
  await end("d-g");
  expect(begun).toEqual(["a-b", "d-e", "d-g"]);
  await end("a-b");
  expect(begun).toEqual(["a-b", "d-e", "d-g", "b-c"]);
  await end("b-c");
  await end("f-a");
  await Promise.all(all);
});

test("one that fails gives its turn on, too", async () => {
  const { turns, begun, join, end } = joins(10_000);
  const failed = turns.take(["a", "b"], () => Promise.reject(new Error("boom")));
  const next = join("a-c");
  await expect(failed).rejects.toThrow("boom");
  await end("a-c");
  await next;
  expect(begun).toEqual(["a-c"]);
});
