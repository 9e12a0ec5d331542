import type { connectivityState } from "@grpc/grpc-js";
import type { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";

const everyMs = 2000;
const missedTwice = 2;
/** By its number, as each front end has a copy of grpc-js of its own. */
const transientFailure: connectivityState.TRANSIENT_FAILURE = 3;

/** Calls `gone` once when the engine can be reached no more: a killed engine says no goodbye. Answers how to look no longer. */
export function whenGone(engine: EngineClient, gone: () => void): () => void {
  const channel = engine.getChannel();
  let missed = 0;
  const timer = setInterval(() => {
    missed = channel.getConnectivityState(true) === transientFailure ? missed + 1 : 0;
    if (missed < missedTwice) return;
    clearInterval(timer);
    gone();
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
