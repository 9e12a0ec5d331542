import { expect, test } from "vitest";
import { fromStruct, toStruct } from "../../../provider/frontends/grpc/struct";
import { fromEngine, secretsIn, toEngine, withSecrets } from "../../../provider/frontends/values";
import { unknown } from "../../../provider/unknown";

const sig = "4dabf18193072939515e22adb298388d";
const secret = (value: unknown) => ({ [sig]: "1b47061264138c4ac30d75fd1eb44270", value });
const output = (rest: object) => ({ [sig]: "d0e6a833031e9bbcd3f4e8bde6ca49a4", ...rest });
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

test("secrets, unknowns and outputs are taken out of their envelopes, at any depth", () => {
  const given = {
    plain: "a",
    secret: secret("b"),
    list: [{ table: secret(output({ value: "c", secret: true, dependencies: ["urn"] })) }, unknownText],
    nested: { deep: output({}), deeper: secret({ more: [unknownText] }) },
    __provider: "the engine's own",
  };
  expect(fromEngine(given)).toEqual({
    plain: "a",
    secret: "b",
    list: [{ table: "c" }, unknown],
    nested: { deep: unknown, deeper: { more: [unknown] } },
  });
  expect(secretsIn(given)).toEqual(["secret", "list", "nested"]);
});

test("an output that is secret is one even where it is not known; one that is not is none", () => {
  expect(
    secretsIn({ a: output({ secret: true }), b: output({ value: "x" }), c: [output({ value: secret("y") })] }),
  ).toEqual(["a", "c"]);
});

test("what was secret goes back in an envelope, what is not known as the engine's text, and nothing undefined", () => {
  expect(withSecrets({ a: "x", b: [unknown], c: undefined, d: { e: undefined } }, ["a", "c", "z"])).toEqual({
    a: secret("x"),
    b: [unknownText],
    d: {},
  });
});

test("every kind of value survives the protocol; __proto__ does no harm", () => {
  const given = { n: 1.5, s: "", b: false, nothing: null, list: [[], {}, [null, { x: "y" }]], o: { "a b": 1 } };
  expect(fromStruct(toStruct(given))).toEqual(given);
  const polluting = JSON.parse('{"__proto__": {"hostname": "x"}, "o": {"__proto__": {"y": 1}, "constructor": 1}}');
  const read = fromStruct(toStruct(polluting));
  expect((read as { hostname?: string }).hostname).toBeUndefined();
  expect(fromEngine(read)).toEqual({ o: { constructor: 1 } });
});

test("an asset is not taken for a value", () => {
  const asset = { [sig]: "c44067f5952c0a294b673a41bacd8c17", text: "x" };
  expect(fromEngine(asset)).toEqual(asset);
  expect(toEngine(asset)).toEqual(asset);
});
