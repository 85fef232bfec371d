import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Says why a finding of cdk-nag (pack AwsSolutions) is right as it is, for a construct and what is below it. Each call
 * stands beside what it is about, and names the finding exactly: another one of the same rule is still an error.
 *
 * @param finding the rule, and behind it in brackets what it found where it says so: `IAM5[Resource::*]`
 */
export function acknowledge(construct: IConstruct, finding: string, reason: string): void {
  Validations.of(construct).acknowledge({ id: `AwsSolutions-${finding}`, reason });
}
