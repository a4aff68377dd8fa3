"""Who is on the ward: doctors, nurses, pharmacists, managers and patients, and what each decides."""
