import { connectivityState, credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";

const everyMs = 2000;
const missedTwice = 2;

/** Calls `gone` once when the engine can be reached no more: a killed engine says no goodbye. */
export function whenGone(engineAddress: string, gone: () => void): void {
  const channel = new EngineClient(engineAddress, credentials.createInsecure()).getChannel();
  let missed = 0;
  const timer = setInterval(() => {
    missed = channel.getConnectivityState(true) === connectivityState.TRANSIENT_FAILURE ? missed + 1 : 0;
    if (missed < missedTwice) return;
    clearInterval(timer);
    gone();
  }, everyMs);
  timer.unref();
}
