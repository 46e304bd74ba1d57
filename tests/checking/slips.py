"""Lines as students get them wrong: problem ; line above (none on a first line) ; what is written.

Under each name stand lines that it must explain alone. Behind a question mark stand lines that other mistakes explain
as well: there it must be among the candidates. A second letter makes the problem a partial
derivative with respect to x.
"""

SLIPS = """
chain_factor_dropped
  sin(2x) ; ; cos(2x)
  e^(3x) ; ; e^(3x)
  x e^(-x) ; ; e^(-x) + x e^(-x)
  e^(-x^2) ; ; e^(-x^2)
  (x^2+1)^5 ; ; 5(x^2+1)^4
  sqrt(x^2+4) ; ; 1/(2 sqrt(x^2+4))
  log(x^2+1) ; ; 1/(x^2+1)
  cos(x^3) + x ; ; 1 - sin(x^3)
  x^2 log(3x+1) ; ; 2x log(3x+1) + x^2/(3x+1)
  tan(5x) ; ; sec(5x)^2
  e^(sin x) ; ; e^(sin x)
  sin(x)^2 ; ; 2 sin x
  e^(2x) cos x ; (e^(2x))' cos x + e^(2x) (cos x)' ; e^(2x) cos x - e^(2x) sin x
  atan(4x) ; ; 1/(1+16x^2)
  2^(3x) ; ; 2^(3x) log 2
  x^3 (2x+1)^4 ; ; 3x^2 (2x+1)^4 + 4x^3 (2x+1)^3
  e^(2x) cos(3x) ; ; e^(2x) cos(3x) - e^(2x) sin(3x)
  ? 1/(1+e^(-x)) ; ; -e^(-x)/(1+e^(-x))^2
  ? (2x-1)^3 ; ; 3(2x-1)^2
chain_inner_misplaced
  sin(3x) ; ; cos(3)
  sin(x^2) ; ; cos(2x)
  sin(x^2) ; ; 2x cos(x)
  e^(x^2) ; ; e^(2x)
  (x^2+1)^3 ; ; 3(2x)^2
  ? log(x^2+1) ; ; 1/(2x)
  cos(4x) + x^2 ; ; -4 sin(x) + 2x
product_as_product
  x^2 sin x ; ; 2x cos x
  x^3 log x ; ; 3x^2/x
  (x+1)(x^2-3) ; ; 2x
  e^(2x) cos x ; ; -2 e^(2x) sin x
  x^3 e^(2x) + x ; ; 6x^2 e^(2x) + 1
  ? x e^x ; ; e^x
product_term_dropped
  x^2 sin x ; ; 2x sin x
  x^2 sin x ; ; x^2 cos x
  x log x ; ; log x
  e^(2x) cos x ; ; 2 e^(2x) cos x
  ? x^2 e^x + 3x ; ; 2x e^x + 3
  x e^x sin x ; ; e^x sin x + x e^x cos x
  log(x)/x ; ; 1/x^2
product_sign
  x^2 log x ; ; 2x log x - x
  x^3 e^x ; ; 3x^2 e^x - x^3 e^x
  ? x sin x ; ; sin x - x cos x
  x e^(3x) + 4 ; ; e^(3x) - 3x e^(3x)
  ? x/(x^2+1) ; ; ((x^2+1) + 2x^2)/(x^2+1)^2
quotient_order
  x/(x+1) ; ; (x - (x+1))/(x+1)^2
  sin(x)/x ; ; (sin x - x cos x)/x^2
  (x^2+1)/(x-1) ; ; ((x^2+1) - 2x(x-1))/(x-1)^2
  e^x/(x+2) + x ; ; 1 + (e^x - e^x (x+2))/(x+2)^2
  ? 1/(x^2+1) ; ; 2x/(x^2+1)^2
quotient_as_quotient
  x^2/(x^3+1) ; ; 2x/(3x^2)
  sin(x)/x^2 ; ; cos(x)/(2x)
  (x^2+1)/(x-1) ; ; 2x
  x^4/(x^2+x) - x ; ; 4x^3/(2x+1) - 1
quotient_denominator
  ? x/(x+1) ; ; 1/(x+1)
  x^2/(x-3) ; ; (2x(x-3) - x^2)/(x-3)
  sin(x)/x ; ; (x cos x - sin x)/x
  (x+1)/(x^2+1) ; ; (x^2+1) - 2x(x+1)
power_exponent_kept
  x^3 ; ; 3x^3
  x^4 + 2x^3 ; ; 4x^3 + 6x^3
  3x^4 - 5x^2 + 2x ; ; 3*4x^3 - 5*2x^2 + 2
  (x^2+1)^3 ; ; 6x(x^2+1)^3
  x^5 - x ; ; 5x^5 - 1
power_exponent_off
  x^4 ; ; 4x^5
  x^4 ; ; 4x^2
  x^(-2) ; ; -2x^(-1)
  4x^3 ; 12x^2 ; 12x
  sqrt(x) + x^2 ; ; 1/2 x^(-3/2) + 2x
  (2x+1)^4 ; ; 8(2x+1)^2
  x^6 - 2x ; ; 6x^7 - 2
power_multiplier_wrong
  x^4 ; ; 3x^3
  x^4 + 3x ; ; x^3 + 3
  5x^3 ; ; 10x^2
  x^3 + x^2 ; ; x^2 + 2x
  (3x+2)^4 ; ; 9(3x+2)^3
power_rule_on_exponential
  2^x ; ; x 2^(x-1)
  e^x ; ; x e^(x-1)
  e^(3x) ; ; 3x e^(3x-1)
  x^2 + 3^x ; ; 2x + x 3^(x-1)
  1/(1+e^(-x)) ; ; x e^(-x-1)/(1+e^(-x))^2
exponential_log_lost
  5^x + x^5 ; ; 5^x + 5x^4
  2^x sin x ; ; 2^x sin x + 2^x cos x
  10^(2x) ; ; 2*10^(2x)
  x 3^x ; ; 3^x + x 3^x
trig_sign
  cos x ; ; sin x
  x cos x ; ; cos x + x sin x
  3 cos(2x) ; ; 6 sin(2x)
  2 cos(2x) ; ; 4 sin(2x)
  x^2 + sin x ; ; 2x - cos x
  cos(x)^3 ; ; 3 cos(x)^2 sin(x)
trig_wrong_function
  tan x ; ; sec x tan x
  tan x ; ; 1/cos x
  sin x ; ; tan x
  cos x + x ; ; cos x + 1
  x + sin(2x) ; ; 1 + 2 sin(2x)
  tan(3x) ; ; 3 cot(3x)
  atan x ; ; 1/sqrt(1 - x^2)
log_rule_wrong
  log x ; ; 1/x^2
  x log x ; ; log x + x log x
  log(x^2+1) ; ; log(2x)
  log(x^2+1) + x ; ; 2x(x^2+1) + 1
  log(x)^2 ; ; 2 log(x)^2
  log(x, 2) ; ; 1/x
  x^2 + log x ; ; 2x + x
constant_kept
  x^2 + 3 ; ; 2x + 3
  4x^3 - 7 ; ; 12x^2 - 7
  sin x + 5 ; ; cos x + 1
  x^2 + log(7) ; ; 2x + 1/7
  x^2 + e^3 ; ; 2x + 3e^2
  x^2 + pi^2 ; ; 2x + 2pi
  x^3 + 2log(5) ; ; 3x^2 + 2/5
  x^2 + sin(3) ; ; 2x + cos(3)
  x^2 + sqrt(5) ; ; 2x + 1/(2 sqrt(5))
  2x^2y + 3y^3x^2 + 3y ; ; 4xy + 6xy^3 + 3y
  (x^2+3)^4 ; ; 4(x^2+3)^3 (2x+3)
constant_factor_lost
  5x^3 ; ; 3x^2
  4 sin x ; ; cos x
  3 e^x + x^2 ; ; e^x + 2x
  x^2/4 + x ; ; 2x + 1
  2x^5 - 3x^2 ; ; 10x^4 - 2x
  ? 7 sin(7x) ; ; 7 cos(7x)
term_lost
  x^3 + 4x^2 - x ; ; 3x^2 + 8x
  x^2 + sin x + e^x ; ; 2x + e^x
  x^3 - 2x^2 + x ; 3x^2 - 4x + 1 ; 3x^2 + 1
  e^x(x^2 + 2x) ; e^x(2x + 2) + e^x(x^2 + 2x) ; e^x(x^2 + 2x + 2)
other_variable_varied
  x^2 y ; ; 2xy + x^2
  x^2 + y^2 ; ; 2x + 2y
  x sin y ; ; sin y + x cos y
  3x + 4y ; ; 7
  2x^2y + 3y ; ; 4xy + 3
other_variable_dropped
  x^2 y ; ; 2x
  x^3 y^2 + x ; ; 3x^2 + 1
  x^2 y^3 + y x ; ; 2x y^3 + 1
  ? (x + y)^2 ; ; 2x
  x^2 sin y ; ; 2x
  ? e^(x y) ; ; e^(x y)
wrong_variable
  x^2 y^3 ; ; 3 x^2 y^2
  x^2 + 3y ; ; 3
  x e^y ; ; x e^y
  x^2 + x y + y^2 ; ; x + 2y
integrated_instead
  x^2 ; ; x^3/3
  x^3 + x ; ; x^4/4 + x^2/2
  e^(2x) ; ; e^(2x)/2
  3x^2 + 2x + 1 ; ; x^3 + x^2 + x
  1/x ; ; log x
  x^4 + 3x ; ; x^5/5 + 3
sign_slip
  (x-3)^2 + x^4 ; 2x - 6 + 4x^3 ; 4x^3 + 2x + 6 = 0
  x^3 - 12x ; 3x^2 - 12 = 0 ; 3x^2 + 12 = 0
  x^3/3 - 2x^2 + 3x ; x^2 - 4x + 3 = 0 ; (x = -1, x = -3)
  ? 1/(1+e^(-x)) ; -1/(1+e^(-x))^2 (1+e^(-x))' ; -e^(-x)/(1+e^(-x))^2
  x^3 - 4x ; 3x^2 - 4 ; 3x^2 + 4
  x cos x ; cos x - x sin x ; cos x + x sin x
  e^(-x) ; -e^(-x) ; e^(-x)
  x^2/(x+1) ; (2x(x+1) - x^2)/(x+1)^2 ; (2x(x+1) + x^2)/(x+1)^2
  x^2 - 5x ; ; 2x + 5
  x^(-3) ; ; 3x^(-4)
  (1-x)e^x ; -e^x + (1-x) e^x ; e^x + (1-x) e^x
distribution
  x^2 - 3(x+2)^2 ; 2x - 6(x+2) ; 2x - 6x + 2
  (x+1)^2 ; 2(x+1) ; 2x + 1
  x^2 ; 5 - (x - 3) ; 5 - x - 3
  x ; x(x^2 + 3) ; x^3 + 3
  x ; e^x(x + 2) ; x e^x + 2
  x ; (x+1)(x+2) ; x^2 + 2
  e^(2x) + x ; 2e^(2x) + 1 ; 2(e^(2x) + 1)
  x^3 + 3x ; 3x^2 + 3 ; 3(x^2 + 3)
  x ; (x^2 + 1)/3 ; x^2/3 + 1
  x^2/(x+1) ; (2x(x+1) - x^2)/(x+1)^2 ; (2x^2 + 1 - x^2)/(x+1)^2
power_over_sum
  x ; (x+1)^2 ; x^2 + 1
  x ; 3(x-2)^2 ; 3(x^2 - 4)
  x ; 2x + (x+5)^2 ; 2x + x^2 + 25
  x ; sqrt(x^2 + 9) ; x + 3
  x ; x/(x+2)^2 ; x/(x^2 + 4)
  (x+3)^3 ; ; 3x^2 + 27
illegal_cancel
  x ; (x^2 + 6)/3 ; x^2 + 2
  x^2/(x+1) ; (2x(x+1) - x^2)/(x+1)^2 ; (2x - x^2)/(x+1)
  x ; (x^2 + 1)/x ; x + 1
  x ; (x + 3)/(x + 5) ; 3/5
  x ; (2x + 3)/2 ; x + 3
  x ; (e^x + x)/e^x ; 1 + x
  x ; (x e^x - e^x)/x^2 ; (e^x - e^x)/x
like_terms
  x ; 3x + 5x - 2x ; 7x
  x ; 2x^2 + 3x^2 ; 6x^2
  x ; 4 e^x cos x - 2 e^x sin x - 2 e^x sin x - e^x cos x ; 3 e^x cos x - 3 e^x sin x
  x ; 3x^2 + 2x + 4x ; 3x^2 + 7x
  x ; 3x + 2(x+1) ; 6x + 2
arithmetic
  3x^4 ; 3*4x^3 ; 15x^3
  3x^4 + x ; ; 11x^3 + 1
  x ; 2*3x + 7 ; 5x + 7
  x ; x^2 + 3 + 4 ; x^2 + 8
  x ; 2*6*x^2 + 1 ; 14x^2 + 1
spurious_factor
  (x-1)^2 + (x-2)^2 ; 2(x-1) + 2(x-2) ; (x-1) + (x-2)
  x ; x^2 + 3x ; 3(x^2 + 3x)
  x ; e^x sin x ; 2 e^x sin x
log_law
  x ; log(x + 3) ; log(x) + log(3)
  x ; log(x) - log(x+1) ; log(x)/log(x+1)
  x ; 1 + log(x^2 + 3) ; 1 + log(x^2) + log(3)
  x ; log(x)^2 ; 2 log(x)
  x ; log(x(x+1)) ; log(x) log(x+1)
  x ; log(x)/log(2) ; log(x) - log(2)
exponent_law
  x ; e^(x+2) ; e^x + e^2
  x ; (e^x)^2 ; e^(x^2)
  x ; x^2 * x^3 ; x^6
  x ; e^x e^(2x) ; e^(2x^2)
  x ; (2x)^3 ; 2x^3
  x ; x^6/x^2 ; x^3
  x ; e^x + e^(2x) ; e^(3x)
equation_move
  x^2 - 6x ; 2x - 6 = 0 ; 2x = -6
  ? x^2 - 6x ; 2x - 6 = 0 ; x = -3
  ? x^2/2 + 4x ; x + 4 = 0 ; x = 4
  x^2 - 8x ; 2x = 8 ; x = 16
  x^2 - 8x ; 2x = 8 ; x = 6
  x^4 - 4x ; 4x^3 - 4 = 0 ; 4x^3 = -4
root_lost
  x^3/3 - 4x ; x^2 = 4 ; x = 2
  x^3/3 - x^2 ; x^2 - 2x = 0 ; x = 2
  x^3/3 - x^2 ; x^2 - 2x = 0 ; x - 2 = 0
  x^4/4 - x^2/2 ; x^3 - x = 0 ; x^2 = 1
  x^4/4 - x^2/2 ; x^3 - x = 0 ; (x = 1, x = -1)
root_extra
  x^2/2 - 9 log x ; x^2 = 9 ; (x = 3, x = -3)
  x - log x ; x = 1 ; (x = 1, x = 0)
  x^2 e^x ; x(x+2) = 0 ; (x = 0, x = -2, x = 2)
dot_product
  (4,3,5) ; (1,2,-1) ; 15
  (4,3,5) ; (1,2,-1) ; 10
  (1,2) ; (3,-4) ; 3
projection_norm
  (4,3,5) ; (1,2,-1) ; (5/sqrt(6), 10/sqrt(6), -5/sqrt(6))
  (4,3,5) ; (1,2,-1) ; (5, 10, -5)
  (1,2) ; (3,4) ; (33/5, 44/5)
projection_direction
  (4,3,5) ; (1,2,-1) ; (20/6, 15/6, 25/6)
  (4,3,5) ; (3,1,5) ; (160/35, 120/35, 200/35)
sum_bound_varied
  sum_(k=1)^x 1 ; ; 0
  sum_(k=1)^x 1 ; ; sum_(k=1)^x 0
"""
