! Arrays of Fortran: of a length given by an argument, allocated, and sections. Judged by gdb.
module particles
  type particle
    real(8) :: place(3)
    integer :: id
    character(len=8) :: label
  end type
contains
  subroutine step(row, length, grid, section, any)
    integer, intent(in) :: length
    type(particle), intent(inout) :: row(length)
    real(4), allocatable, intent(inout) :: grid(:,:)
    integer, intent(inout) :: section(:)
    integer, intent(inout) :: any(*)
    real(4), allocatable :: unset(:)
    complex(8) :: z
    logical :: flag
    integer, pointer :: nowhere
    z = (1.5d0, -2d0)
    flag = .true.
    nullify(nowhere)
    if (allocated(unset)) flag = .false.
    grid(2, 3) = 9.5
    row(length)%place = [4d0, 5d0, 6d0]
    any(1) = section(2)
    nowhere = 5
  end subroutine
end module

program main
  use particles
  type(particle) :: row(3)
  real(4), allocatable :: grid(:,:)
  integer :: numbers(9), some(4)
  integer :: i
  allocate(grid(3, 4))
  grid = 1.0
  do i = 1, 3
    row(i)%place = [1d0, 2d0, 3d0]
    row(i)%id = i * 10
    row(i)%label = 'part'
  end do
  do i = 1, 9
    numbers(i) = i * i
  end do
  some = 0
  call step(row, 3, grid, numbers(1:9:2), some)
end program
