/**
 * Pages where a shopper types a card number carry no script of ours (PCI DSS 6.4.3 wants every script there accounted
 * for). These are the fields that browsers fill cards into, and the titles of the big payment providers' field frames.
 */
export const CARD_FIELDS =
  "input:is([autocomplete*=cc-],[name*=cardnumber i],[name*=card_number i],[name*=card-number i],[id*=card-number i]," +
  '[name*=cvc i],[name*=cvv i]),iframe:is([title*="card number" i],[title*="payment input" i])';

export const asksForCard = (): boolean => document.querySelector(CARD_FIELDS) !== null;
