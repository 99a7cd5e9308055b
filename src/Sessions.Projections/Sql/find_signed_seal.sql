-- Whether any seal is signed.

select exists (select from event_store.seals where signature is not null)
