import { createRequire } from "node:module";
import type * as grpcModule from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import type { FrontEnd, Restored } from "../../topology/rollback/restored";
import * as dynamic from "..";
import * as plugin from "../native";
import { declareAll } from "./declare";

// The copy that Pulumi's own stubs are made for.
const grpc = createRequire(require.resolve("@pulumi/pulumi"))("@grpc/grpc-js") as typeof grpcModule;

// Pulumi's types leave it out.
const { LanguageServer } = require("@pulumi/pulumi/automation/server") as {
  LanguageServer: new (program: () => Promise<Record<string, unknown>>) => grpcModule.UntypedServiceImplementation;
};

const modules: Record<FrontEnd, object> = { dynamic, plugin };

const unlimited = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/**
 * Offers a program that declares a former state, for `pulumi preview --client ADDRESS` and `pulumi up`: what the inline
 * programs of Pulumi's Automation API are, without its workspace, which would select the stack and has no plan as JSON.
 */
export async function offer(restored: Restored): Promise<{ address: string; close(): void }> {
  const server = new grpc.Server(unlimited);
  server.addService(
    LanguageRuntimeService,
    new LanguageServer(async () => declareAll(restored, modules[restored.frontEnd])),
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { address: `127.0.0.1:${port}`, close: () => server.forceShutdown() };
}
