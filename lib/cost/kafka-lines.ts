import { type Topic, topicNames, topics } from '../../events/topics.ts';
import type { Assumptions } from './assumptions.ts';
import { type CostLine, costLine, type Factor, HOURS_PER_MONTH, MONTH } from './cost-line.ts';
import { prices } from './prices.ts';
import type { Traffic } from './traffic.ts';

/** Where the log lives: three Express brokers, three standard ones with volumes, or a cluster that is there already. */
export const profiles = ['express', 'standard', 'existing'] as const;
export type Profile = (typeof profiles)[number];

const BYTES_PER_GB = 1_000_000_000;
const BYTES_PER_MEGABYTE = 1_000_000;
const HOURS: Factor = [HOURS_PER_MONTH, 'h'];

/** The brokers and what they keep; nothing for a cluster that somebody else pays. */
export function kafkaLines(profile: Profile, traffic: Traffic, assumptions: Assumptions): CostLine[] {
  const { brokers, recordBytes } = assumptions;
  if (profile === 'existing') return [];
  if (profile === 'standard')
    return [
      costLine('Kafka', 'brokers', [[brokers, 'brokers'], HOURS], prices.standardBroker),
      costLine(
        'Kafka',
        'volumes',
        [
          [brokers, 'brokers'],
          [volumeGb(traffic, assumptions), 'GB'],
        ],
        prices.standardStorage,
      ),
    ];
  const record: Factor = [recordBytes, 'B'];
  return [
    costLine('Kafka', 'brokers', [[brokers, 'brokers'], HOURS], prices.expressBroker),
    costLine('Kafka', 'data written', [[traffic.events, 'events/s'], MONTH, record], prices.expressDataIn),
    costLine(
      'Kafka',
      'data kept',
      [[traffic.events, 'events/s'], [retentionSeconds(), 's'], record],
      prices.expressStorage,
    ),
  ];
}

/** The event pollers of the three mappings, which share units. */
export function pollerLines(traffic: Traffic, assumptions: Assumptions): CostLine[] {
  const { pollersPerTopic, pollersPerUnit, unitMegabytesPerSecond, recordBytes } = assumptions;
  const megabytesPerSecond = (traffic.events * recordBytes) / BYTES_PER_MEGABYTE;
  const units = Math.max(
    Math.ceil((topicNames.length * pollersPerTopic) / pollersPerUnit),
    Math.ceil(megabytesPerSecond / unitMegabytesPerSecond),
  );
  return [costLine('pollers', 'event poller units', [[units, 'EPU'], HOURS], prices.pollerUnit)];
}

/** A volume holds its broker's share of all copies. */
function volumeGb(
  traffic: Traffic,
  { recordBytes, copies, brokers, volumeFill, minimumVolumeGb }: Assumptions,
): number {
  const keptBytes = traffic.events * retentionSeconds() * recordBytes * copies;
  return Math.max(minimumVolumeGb, Math.ceil(keptBytes / brokers / volumeFill / BYTES_PER_GB));
}

function retentionSeconds(): number {
  return Math.max(...topicNames.map((topic: Topic) => topics[topic].retentionMs)) / 1000;
}
