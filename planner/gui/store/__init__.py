"""The parts of the Store page: forms whose fields tell their source, tables of rows, bars, the list of sections."""
