import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BazaarError, messageOf } from '../../platform/errors.ts';

const run = promisify(execFile);

const KAFKA_VERSION = '4.1.0';
/** The last line of slf4j that Kafka's own logging calls are compiled against; without it the broker is mute. */
const SLF4J_VERSION = '1.7.36';
const DOWNLOAD_TIMEOUT_MS = 300_000;
const PROBE_TIMEOUT_MS = 10_000;

/** True when both Java (17 or newer, as Kafka 4 needs) and Maven answer. */
export async function hasJavaAndMaven(): Promise<boolean> {
  const [java, maven] = await Promise.all([output('java', ['-version']), output('mvn', ['-v'])]);
  const major = Number(/version "(\d+)/.exec(java ?? '')?.[1] ?? 0);
  return maven !== undefined && major >= 17;
}

async function output(command: string, args: string[]): Promise<string | undefined> {
  const done = await run(command, args, { timeout: PROBE_TIMEOUT_MS }).catch(() => undefined);
  return done === undefined ? undefined : done.stdout + done.stderr;
}

/** The folder with Kafka's jars (55 MB), fetched from Maven Central the first time and kept in the user's cache. */
export async function kafkaJars(onProgress: (text: string) => void): Promise<string> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bazaarstream');
  const folder = join(cache, `kafka-${KAFKA_VERSION}`);
  const isThere = await access(folder).then(
    () => true,
    () => false,
  );
  if (isThere) return folder;
  onProgress(`fetching Kafka ${KAFKA_VERSION} from Maven Central (55 MB, once)`);
  await mkdir(cache, { recursive: true });
  const partial = await mkdtemp(join(cache, 'fetch-'));
  try {
    await writeFile(join(partial, 'pom.xml'), pom());
    await run(
      'mvn',
      [
        '-q',
        '-B',
        '-f',
        join(partial, 'pom.xml'),
        'dependency:copy-dependencies',
        `-DoutputDirectory=${join(partial, 'jars')}`,
      ],
      {
        timeout: DOWNLOAD_TIMEOUT_MS,
      },
    );
    // Somebody else may have been faster: then theirs serves as well.
    await rename(join(partial, 'jars'), folder).catch(() => access(folder));
  } catch (cause) {
    throw new BazaarError('engine_failed', `kafka could not be fetched with maven: ${messageOf(cause)}`, { cause });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return folder;
}

function pom(): string {
  const dependency = (group: string, artifact: string, version: string) =>
    `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>bazaarstream</groupId><artifactId>kafka-jars</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>${dependency('org.apache.kafka', 'kafka_2.13', KAFKA_VERSION)}
${dependency('org.slf4j', 'slf4j-simple', SLF4J_VERSION)}</dependencies></project>`;
}
