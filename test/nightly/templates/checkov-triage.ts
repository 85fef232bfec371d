/** Checks of checkov that our templates do not pass on purpose, each with the reason. One that is missing here fails. */
export const checkovTriage: Readonly<Record<string, string>> = {
  CKV_AWS_158:
    'log groups are encrypted with keys of CloudWatch; they hold no payload, key or connection string, so that a key of our own ($1 a month and a policy for each) would protect nothing more',
  CKV_AWS_116:
    'dead letter queues serve asynchronous invocations alone: the API and the mappings invoke synchronously, mappings have a failure destination, scheduled runs are repeated by the next one and ring an alarm',
  CKV_AWS_117:
    'only the ingestion function needs the network of the brokers; in it the others would need a NAT gateway or endpoints to reach the database, and would gain nothing',
  CKV_AWS_115:
    'a reserved concurrency takes from the account and fails on new ones (100 must stay unreserved); consumers are bounded by partitions, the API by its throttle',
  CKV_AWS_173: 'environment variables hold names and addresses, never secrets; they are encrypted with a key of Lambda',
  CKV_AWS_111:
    'the network actions of EC2 that Lambda needs know no resources; the code of the function is denied them (lambda:SourceFunctionArn)',
  CKV_AWS_18:
    'the bucket is written by Lambda and read by one function; who needs each access recorded has data events of CloudTrail',
  CKV_AWS_149:
    'secrets are encrypted with the key aws/secretsmanager, readable by the roles that the policies name alone; a key of our own is needed only to share them with another account',
  CKV_AWS_26:
    'alarms cannot publish to a topic under the key aws/sns, and a message names an alarm, nobody and nothing else; publishing without TLS is refused',
};
