import { join } from 'node:path';
import { type JvmKafka, startKafkaOnJvm } from '../../local/engines/kafka-maven.ts';
import { createTopics } from '../../local/engines/topics.ts';
import { type Scratch, withScratch } from './with-scratch.ts';

/** A Kafka on a JVM with our topics, new and for `work` alone; ended and removed afterwards, as its scratch folder is. */
export function withKafka<T>(work: (kafka: JvmKafka, scratch: Scratch) => Promise<T>): Promise<T> {
  return withScratch(async (scratch) => {
    const kafka = await startKafkaOnJvm({ folder: join(scratch.folder, 'kafka') });
    scratch.ending(kafka.process);
    await createTopics(kafka.brokers);
    return work(kafka, scratch);
  });
}
