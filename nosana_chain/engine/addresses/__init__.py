"""An address book that grows from the transactions of some addresses, for where no endpoint lists accounts."""
