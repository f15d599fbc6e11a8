// Finds the record for an old or mistyped address, on the page that a host shows for every unknown one.
"use strict";
