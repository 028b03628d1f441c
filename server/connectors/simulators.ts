/**
 * The second door of this room: simulators of every vendor over one make-believe world. For the sandbox, `aftersale
 * converse` and tests; the production server does not import it.
 */
import type { SystemName, World } from "../../sandbox/world/index.js";
import type { Clock } from "../ports/index.js";
import type { ConnectorConfigs, ConnectorSystem } from "./create.js";
import { simulatedTickets } from "./desk/simulator.js";
import { EASYPOST_KEY, type EasyPostSimulatorOptions, startEasyPostSimulator } from "./easypost/simulator.js";
import {
  FRESHDESK_EMAIL_CONFIG,
  FRESHDESK_KEY,
  FRESHDESK_ORDER_FIELD,
  type FreshdeskSimulatorOptions,
  startFreshdeskSimulator,
} from "./freshdesk/simulator.js";
import {
  GLADLY_AGENT,
  GLADLY_INBOX,
  GLADLY_TOKEN,
  type GladlySimulatorOptions,
  startGladlySimulator,
} from "./gladly/simulator.js";
import {
  KUSTOMER_KEY,
  KUSTOMER_ORDER_FIELD,
  type KustomerSimulatorOptions,
  startKustomerSimulator,
} from "./kustomer/simulator.js";
import {
  MAGENTO_CREDIT_PATH,
  MAGENTO_SECRETS,
  type MagentoSimulatorOptions,
  startMagentoSimulator,
} from "./magento/simulator.js";
import { SHIPMONK_KEY, type ShipMonkSimulatorOptions, startShipMonkSimulator } from "./shipmonk/simulator.js";
import { SHOPIFY_TOKEN, type ShopifySimulatorOptions, startShopifySimulator } from "./shopify/simulator.js";
import type { LoggedRequest, Simulator } from "./simulator.js";
import { SMARTRR_TOKEN, type SmartrrSimulatorOptions, startSmartrrSimulator } from "./smartrr/simulator.js";
import { type SmtpSimulatorOptions, startSmtpSimulator } from "./smtp/simulator.js";
import { STAYAI_KEY, type StayAiSimulatorOptions, startStayAiSimulator } from "./stayai/simulator.js";
import { DEFAULT_TIMINGS, type Timings } from "./timings.js";

export type { LoggedRequest, Simulator } from "./simulator.js";

export interface SimulatorsOptions {
  readonly systems: readonly ConnectorSystem[];
  /** Handed to the connections, and the measure of the fault `slow`: slower than usual, but in time. */
  readonly timings?: Partial<Timings>;
  readonly clock?: Clock;
  /** Fixed ports by system; any free one where left out. */
  readonly ports?: Partial<Record<SystemName, number>>;
  readonly shipmonk?: ShipMonkSimulatorOptions;
  readonly gladly?: GladlySimulatorOptions;
  readonly kustomer?: KustomerSimulatorOptions;
  readonly freshdesk?: FreshdeskSimulatorOptions;
  readonly easypost?: EasyPostSimulatorOptions;
  readonly smtp?: SmtpSimulatorOptions;
  readonly magento?: MagentoSimulatorOptions;
  readonly shopify?: ShopifySimulatorOptions;
  readonly smartrr?: SmartrrSimulatorOptions;
  readonly stayai?: StayAiSimulatorOptions;
}

export interface Simulators {
  /** What `createConnector` needs to talk to them, by system. */
  readonly configs: Partial<ConnectorConfigs>;
  /** Requests that a system was sent, oldest first. */
  log(system: ConnectorSystem): readonly LoggedRequest[];
  close(): Promise<void>;
}

/** Starts a simulator for each of the systems; all of them change and record into the one world. */
export async function startSimulators(world: World, options: SimulatorsOptions): Promise<Simulators> {
  const { timings, clock, ports = {} } = options;
  const slowMs = Math.round((timings?.readMs ?? DEFAULT_TIMINGS.readMs) * 0.4);
  const running = new Map<ConnectorSystem, Simulator>();
  const common = { http: timings, allowPrivate: true, clock };

  /** One for the shop itself and for the systems that keep their orders in it. */
  let sharedShop: Promise<ConnectorConfigs["shopify"]> | undefined;
  const shopify = () => {
    sharedShop ??= startShopifySimulator(world, { slowMs, ...port(ports.shopify), ...options.shopify }).then(
      (simulator) => {
        running.set("shopify", simulator);
        return { ...common, baseUrl: simulator.url, apiKey: SHOPIFY_TOKEN };
      },
    );
    return sharedShop;
  };

  const starters: { readonly [System in ConnectorSystem]: () => Promise<ConnectorConfigs[System]> } = {
    async shipmonk() {
      const simulator = await startShipMonkSimulator(world, { slowMs, ...port(ports.shipmonk), ...options.shipmonk });
      running.set("shipmonk", simulator);
      return { ...common, baseUrl: simulator.url, apiKey: SHIPMONK_KEY };
    },
    async gladly() {
      const simulator = await startGladlySimulator(world, { slowMs, ...port(ports.gladly), ...options.gladly });
      running.set("gladly", simulator);
      return {
        ...common,
        baseUrl: simulator.url,
        agentEmail: GLADLY_AGENT,
        apiKey: GLADLY_TOKEN,
        inboxId: GLADLY_INBOX,
        fallbackEmail: "chat@shop.example.com",
      };
    },
    async kustomer() {
      const simulator = await startKustomerSimulator(world, { slowMs, ...port(ports.kustomer), ...options.kustomer });
      running.set("kustomer", simulator);
      return { ...common, baseUrl: simulator.url, apiKey: KUSTOMER_KEY, orderField: KUSTOMER_ORDER_FIELD };
    },
    async desk() {
      return { tickets: simulatedTickets(world), clock };
    },
    async smtp() {
      const simulator = await startSmtpSimulator(world, { slowMs, ...port(ports.smtp), ...options.smtp });
      running.set("smtp", simulator);
      return { timings, clock, url: simulator.url, from: "Make-believe shop <support@shop.example.com>" };
    },
    async easypost() {
      const simulator = await startEasyPostSimulator(world, { slowMs, ...port(ports.easypost), ...options.easypost });
      running.set("easypost", simulator);
      return { ...common, baseUrl: simulator.url, apiKey: EASYPOST_KEY };
    },
    async freshdesk() {
      const simulator = await startFreshdeskSimulator(world, {
        slowMs,
        ...port(ports.freshdesk),
        ...options.freshdesk,
      });
      running.set("freshdesk", simulator);
      return {
        ...common,
        baseUrl: simulator.url,
        apiKey: FRESHDESK_KEY,
        orderField: FRESHDESK_ORDER_FIELD,
        emailConfigId: FRESHDESK_EMAIL_CONFIG,
      };
    },
    async magento() {
      const simulator = await startMagentoSimulator(world, { slowMs, ...port(ports.magento), ...options.magento });
      running.set("magento", simulator);
      const baseUrl = `${simulator.url}/rest`;
      return { ...common, ...MAGENTO_SECRETS, baseUrl, storeCreditPath: MAGENTO_CREDIT_PATH };
    },
    shopify,
    async smartrr() {
      const simulator = await startSmartrrSimulator(world, { slowMs, ...port(ports.smartrr), ...options.smartrr });
      running.set("smartrr", simulator);
      return { ...common, baseUrl: simulator.url, apiKey: SMARTRR_TOKEN };
    },
    async stayai() {
      const [shopifyConfig, simulator] = await Promise.all([
        shopify(),
        startStayAiSimulator(world, { slowMs, ...port(ports.stayai), ...options.stayai }),
      ]);
      running.set("stayai", simulator);
      return { ...common, baseUrl: `${simulator.url}/api/v2`, apiKey: STAYAI_KEY, shopify: shopifyConfig };
    },
  };

  const close = async () => {
    await Promise.all([...running.values()].map((simulator) => simulator.close()));
  };
  try {
    const started = await Promise.all(
      [...new Set(options.systems)].map(async (system) => [system, await starters[system]()]),
    );
    return { configs: Object.fromEntries(started), log: (system) => running.get(system)?.log ?? [], close };
  } catch (error) {
    await close();
    throw error;
  }
}

function port(number: number | undefined): { port?: number } {
  return number === undefined ? {} : { port: number };
}
