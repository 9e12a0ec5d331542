import type { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { expect, test } from "vitest";
import { currentUrn, EngineLog } from "../../../provider/frontends/engine-log";

test("nobody is answered before all that was said has arrived, whoever waits first", async () => {
  const held: (() => void)[] = [];
  const said: LogRequest[] = [];
  const log = new EngineLog();
  log.connect({
    log: (request: LogRequest, arrived: () => void) => {
      said.push(request);
      held.push(arrived);
    },
  } as unknown as EngineClient);
  currentUrn.run("urn", () => log.tell("warning", "of a resource"));
  const order: string[] = [];
  const one = log.delivered().then(() => order.push("one"));
  const other = log.delivered().then(() => order.push("other"));
  await new Promise(setImmediate);
  expect(order).toEqual([]);
  for (const arrive of held) arrive();
  await Promise.all([one, other]);
  expect(order).toHaveLength(2);
  currentUrn.run("urn", () => log.tell("warning", "of an instance", "instance"));
  expect(said.map((request) => [request.getMessage(), request.getUrn()])).toEqual([
    ["of a resource", "urn"],
    ["of an instance", ""],
  ]);
});
