import { join } from 'node:path';
import { startKafkaInDocker } from '../engines/kafka-docker.ts';
import { startKafkaOnJvm } from '../engines/kafka-maven.ts';
import { waitForKafka } from '../engines/kafka-ready.ts';
import { chooseLog, type LogChoice } from '../engines/log.ts';
import { createTopics } from '../engines/topics.ts';
import { type Running, supervise } from '../supervise.ts';
import { JVM_KAFKA_FOLDER } from './instance.ts';

export type LogEngine = { brokers: string[]; embeddedFolder: string | undefined; why: string; stop(): Promise<void> };

const EXTERNAL_TIMEOUT_MS = 15_000;

/** Finds or starts the log and creates its topics. Each kind keeps a folder of its own: none can read another's files. */
export async function startLog(options: {
  dataDir: string;
  choice: LogChoice;
  say: (text: string) => void;
}): Promise<LogEngine> {
  const { dataDir, choice, say } = options;
  const { kind, brokers: given, why } = await chooseLog(choice);
  if (kind === 'embedded')
    return { brokers: [], embeddedFolder: join(dataDir, 'log'), why, stop: async () => undefined };
  if (kind === 'external') {
    await waitForKafka(given, EXTERNAL_TIMEOUT_MS);
    await createTopics(given);
    return { brokers: given, embeddedFolder: undefined, why, stop: async () => undefined };
  }
  say('starting Kafka');
  const folder = join(dataDir, kind === 'jvm' ? JVM_KAFKA_FOLDER : 'kafka-docker');
  const start = async (): Promise<Running & { brokers: string[] }> => {
    const starter = kind === 'docker' ? startKafkaInDocker : startKafkaOnJvm;
    const { brokers, process } = await starter({ folder, onProgress: say });
    return { ...process, brokers };
  };
  const { first, stop } = await supervise({ name: 'kafka', start, log: say });
  try {
    await createTopics(first.brokers);
  } catch (error) {
    await stop();
    throw error;
  }
  return { brokers: first.brokers, embeddedFolder: undefined, why, stop };
}
