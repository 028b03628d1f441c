/** The stage of one conversation: the world with its simulators and mailbox, and the server that can crash and come back. */
import { randomBytes, randomInt } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Classifier, openClassifier } from "../../../embeddings/index.js";
import { startMailbox } from "../../../sandbox/mailbox.js";
import { parseWorldText } from "../../../sandbox/world/index.js";
import { type Assembled, assemble, type Log } from "../../assemble.js";
import { ConfigError, parseShop, type Shop } from "../../config.js";
import {
  CAPABILITIES,
  CONNECTOR_SYSTEMS,
  type Connector,
  type ConnectorConfigs,
  type ConnectorSystem,
  createConnector,
  scaleTimings,
  toolNamesOf,
} from "../../connectors/index.js";
import { startSimulators } from "../../connectors/simulators.js";
import type { PolicySet, WayTaken } from "../../dialogue/index.js";
import { ShopFilesError } from "../../files-in-force.js";
import { signStorefrontToken, type TokenKey } from "../../identity/index.js";
import { type Ports, systemPorts } from "../../ports/index.js";
import { formatProblem } from "../../problems/index.js";
import { progress } from "../progress.js";
import { version } from "../version.js";
import { MakeBelieveClock } from "./clock.js";
import { type Line, lineOf, passagesLine } from "./lines.js";

export interface ConverseOptions {
  readonly world: string;
  readonly as?: string;
  readonly autoCode?: boolean;
  /** Milliseconds since 1970. */
  readonly now?: number;
  readonly shop?: string;
  readonly root?: string;
  readonly locale: string;
  /** One that is open already, for many scenes in one process: it stays open when a scene closes. */
  readonly classifier?: Classifier;
  /** Told which steps led to which, for coverage. */
  readonly onWays?: (taken: readonly WayTaken[]) => void;
}

/** Nobody waits here: calls over loopback are given up after a twentieth of the usual time. */
const TIMINGS = scaleTimings(0.05);
const BOT = "converse";

export async function openScene(
  options: ConverseOptions,
  print: (line: Line) => void,
  complain: (text: string) => void,
): Promise<{ problem: string } | { scene: Scene }> {
  const clock = new MakeBelieveClock(options.now ?? Date.now());
  const worldText = await readFile(options.world, "utf8").catch(() => undefined);
  if (worldText === undefined) return { problem: `${options.world} cannot be read. Name a world file with --world.` };
  const { world, problems } = parseWorldText(worldText, clock, {
    file: options.world,
    faultNames: [...Object.keys(CAPABILITIES), ...toolNamesOf()],
  });
  if (world === undefined) return { problem: problems.map(formatProblem).join("\n") };
  let scene: Scene | undefined;
  try {
    const shopText =
      options.shop === undefined ? undefined : await readFile(options.shop, "utf8").catch(() => undefined);
    if (options.shop !== undefined && shopText === undefined)
      return { problem: `${options.shop} cannot be read. Name the shop's settings with --shop, or leave it out.` };
    const shop = shopText === undefined ? undefined : parseShop(options.shop as string, shopText);
    scene = new Scene({ ...options, shop }, world, clock, print, complain);
    await scene.open();
    return { scene };
  } catch (error) {
    await scene?.close();
    if (error instanceof ShopFilesError || error instanceof ConfigError) return { problem: error.message };
    throw error;
  }
}

type World = NonNullable<ReturnType<typeof parseWorldText>["world"]>;

class Scene {
  private readonly ports: Ports;
  private readonly secret = randomBytes(32);
  private readonly tokenKey: TokenKey = { kid: "converse", secret: randomBytes(32).toString("base64url") };
  private readonly shop: Shop;
  private readonly codes: string[] = [];
  private dataDir = "";
  private conversation = "";
  private said = 0;
  private isCatchingUp = false;
  private connectors: Connector[] = [];
  private server!: Assembled;
  private classifier!: Classifier;
  private mailbox!: Awaited<ReturnType<typeof startMailbox>>;
  private simulators!: Awaited<ReturnType<typeof startSimulators>>;

  constructor(
    private readonly options: Omit<ConverseOptions, "shop"> & { readonly shop: Shop | undefined },
    readonly world: World,
    private readonly clock: MakeBelieveClock,
    private readonly print: (line: Line) => void,
    private readonly complain: (text: string) => void,
  ) {
    this.ports = { ...systemPorts, clock, newDigits: (count) => String(randomInt(10 ** count)).padStart(count, "0") };
    const base =
      options.shop ?? parseShop("converse", JSON.stringify({ name: "Demo Shop", locale: "en", timeZone: "UTC" }));
    const systems = Object.fromEntries(Object.entries(world.systems).filter(([, system]) => system !== undefined));
    this.shop = { ...base, joinPauseMs: 0, systems: { ...base.systems, ...(systems as Record<string, string>) } };
  }

  async open(): Promise<void> {
    const onProgress = progress(process.stderr, "Learning the intents' examples (first start, or they changed)");
    const intentsDir =
      this.options.root === undefined ? {} : { intentsDir: join(this.options.root, "embeddings", "intents") };
    this.mailbox = await startMailbox({ port: 0 });
    const smtp = { relayTo: this.mailbox.smtpUrl };
    [this.dataDir, this.simulators, this.classifier] = await Promise.all([
      mkdtemp(join(tmpdir(), "aftersale-converse-")),
      startSimulators(this.world, { systems: CONNECTOR_SYSTEMS, timings: TIMINGS, clock: this.clock, smtp }),
      this.options.classifier ?? openClassifier({ onProgress, ...intentsDir }),
    ]);
    this.mailbox.onMessage(({ to, subject, text }) => {
      const code = /^\d{6}$/m.exec(text)?.[0];
      if (code !== undefined) this.codes.push(code);
      this.print({ type: "mail", to, subject, ...(code !== undefined && { code }) });
    });
    await this.start();
    const identity = this.options.as === undefined ? undefined : await this.proven(this.options.as);
    const { conversation } = await this.server.conversations.open({
      locale: this.options.locale,
      ...(identity && { identity }),
    });
    this.conversation = conversation;
  }

  private async start(): Promise<void> {
    this.connectors = (Object.keys(this.simulators.configs) as ConnectorSystem[]).map((system) =>
      createConnector(system, this.simulators.configs[system] as ConnectorConfigs[typeof system]),
    );
    for (const connector of this.connectors) await connector.start?.();
    this.server = await assemble({
      shop: { ...this.shop, storefront: { botId: BOT, keys: [] } },
      ports: this.ports,
      dataDir: this.dataDir,
      ...(this.options.root !== undefined && { root: this.options.root }),
      secret: this.secret,
      tokenKeys: [this.tokenKey],
      connectors: this.connectors,
      classifier: this.classifier,
      smtp: this.mailbox.smtpUrl,
      mailFrom: `${this.shop.name} <chat@shop.example.com>`,
      log: this.log,
    });
    this.server.conversations.watch({
      told: (_, told) => {
        for (const item of told) {
          this.print(lineOf(item));
          const passages = passagesLine(item);
          if (passages !== undefined) this.print(passages);
        }
      },
      ways: (taken) => this.options.onWays?.(taken),
    });
  }

  private readonly log: Log = ({ level, message, ...rest }) => {
    if (level !== "info")
      this.complain(
        `${level}: ${message}${rest.error === undefined ? "" : ` ${String((rest.error as Error).stack ?? rest.error)}`}`,
      );
  };

  hello(): Line {
    const policies = [...this.server.files.current.files.policies.all.values()].map(({ id, version: of }) => ({
      id,
      version: of,
    }));
    return { type: "hello", contract: 1, version, policies };
  }

  get policies(): PolicySet {
    return this.server.files.current.files.policies;
  }

  async say(text: string): Promise<void> {
    if (text.trim() === "") return;
    this.said += 1;
    await this.server.conversations.receive(this.conversation, { messageId: `line-${this.said}`, text: text.trim() });
    await this.settle();
  }

  /** Until nothing is left to do: turns taken, mails sent, and codes from them entered where that was asked for. */
  private async settle(): Promise<void> {
    await this.server.conversations.idle();
    if (!this.isCatchingUp && (await this.server.conversations.isBehind())) await this.catchUp();
    await this.server.mailer?.flush();
    const code = this.codes.pop();
    this.codes.length = 0;
    if (code === undefined || !this.options.autoCode) return;
    await this.say(code);
  }

  /** A turn that failed is taken again after a while, and here nobody waits for that. */
  private async catchUp(): Promise<void> {
    this.isCatchingUp = true;
    await this.clock.pass(40_000, () => this.settle());
    this.isCatchingUp = false;
  }

  async wait(ms: number): Promise<void> {
    await this.clock.pass(ms, () => this.settle());
  }

  /** A crash, not a stop: nothing is drained or flushed. */
  async restart(): Promise<void> {
    await this.server.close({ hard: true });
    for (const connector of this.connectors) await connector.close();
    await this.start();
    await this.server.conversations.recover();
    await this.settle();
  }

  async vouchFor(email: string): Promise<void> {
    await this.server.conversations.identify(this.conversation, await this.proven(email));
    await this.settle();
  }

  /** The storefront's word for a customer, signed and checked as in life. */
  private async proven(email: string): Promise<{ email: string; name?: string } | undefined> {
    const name = this.world.findCustomer(email)?.name;
    const claims = { botId: BOT, email, nowMs: this.clock.now(), ...(name !== undefined && { name }) };
    const token = await signStorefrontToken(this.tokenKey, claims);
    const answer = await this.server.identity.verifyStorefrontToken(token);
    if (answer.ok) return { email: answer.email, ...(answer.name !== undefined && { name: answer.name }) };
    this.complain(`The storefront's token was refused: ${answer.reason}.`);
    return undefined;
  }

  async turn(): Promise<Line> {
    const { state } = await this.server.conversations.stateOf(this.conversation);
    return { type: "turn", state: state === "open" ? "waiting" : state };
  }

  ledger(): Line {
    return { type: "ledger", ...this.world.ledger };
  }

  /** Also where it could not be opened whole: what does not run needs no closing. */
  async close(): Promise<void> {
    await this.server?.close();
    for (const connector of this.connectors) await connector.close();
    if (this.options.classifier === undefined) await this.classifier?.close();
    await Promise.all([this.simulators?.close(), this.mailbox?.close()]);
    await rm(this.dataDir, { recursive: true, force: true });
  }
}
