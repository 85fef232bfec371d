import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { addStage } from '../lib/stage.ts';
import { readStageSettings } from '../platform/stage-settings.ts';

/** The CDK app: `npm run cdk -- deploy --all -c stage=dev|prod`. What differs between stages stands in cdk.json. */
const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
addStage(app, readStageSettings(app.node.tryGetContext('stage'), app.node.tryGetContext('stages')));
