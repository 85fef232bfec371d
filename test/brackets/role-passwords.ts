import type { RolePasswords } from '../../repositories/roles.repository.ts';

/** The application's roles; their passwords in tests, where nothing outside the machine can reach the server. */
export const rolePasswords: RolePasswords = {
  bazaar_writer: 'writer',
  bazaar_reader: 'reader',
  bazaar_bi: 'bi',
  bazaar_maintainer: 'maintainer',
  bazaar_catalogue: 'catalogue',
  bazaar_trainer: 'trainer',
  bazaar_people: 'people',
  bazaar_repairer: 'repairer',
};
